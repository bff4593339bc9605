namespace Autograd.Layers;

/// <summary>Work that calls a function of the user again and again ends at the next call.</summary>
internal static class Cancellation
{
    extension<T, TResult>(Func<T, TResult> function)
    {
        /// <summary>The function until it is cancelled; then it throws.</summary>
        public Func<T, TResult> Until(CancellationToken cancellation) => !cancellation.CanBeCanceled ? function : x =>
        {
            cancellation.ThrowIfCancellationRequested();
            return function(x);
        };
    }

    extension<T1, T2, TResult>(Func<T1, T2, TResult> function)
    {
        /// <inheritdoc cref="Until{T, TResult}(Func{T, TResult}, CancellationToken)"/>
        public Func<T1, T2, TResult> Until(CancellationToken cancellation) => !cancellation.CanBeCanceled ? function : (x, y) =>
        {
            cancellation.ThrowIfCancellationRequested();
            return function(x, y);
        };
    }
}
