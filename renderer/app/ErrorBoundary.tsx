import { Component, type ReactNode } from "react";
import { messageOf } from "#shared/base/errors.ts";
import { Button } from "../ui/Button.tsx";

interface ErrorBoundaryState {
  readonly failure: { readonly error: unknown } | undefined;
}

/** The last resort: says that the page broke, and that the notebooks did not. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failure: undefined };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { failure: { error } };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <main className="empty empty--page" role="alert">
        <h2>Something in this page broke</h2>
        <p>Your notebooks are not touched by it. Loading the page again usually helps.</p>
        <p>
          <code>{messageOf(failure.error)}</code>
        </p>
        <div className="actions">
          <Button variant="primary" onClick={() => location.reload()}>
            Load again
          </Button>
        </div>
      </main>
    );
  }
}
