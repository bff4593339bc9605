namespace Autograd.Layers;

/// <summary>Work that calls a function of the user again and again ends at the next call, and at a call that gives nothing.</summary>
static class Cancellation
{
    extension<T, TResult>(Func<T, TResult> function)
        where TResult : class
    {
        /// <summary>The function until it is cancelled; then it throws, as it does where it gives null.</summary>
        public Func<T, TResult> Until(CancellationToken cancellation) => x =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Require.Result("The map", function(x));
        };
    }

    extension<T1, T2, TResult>(Func<T1, T2, TResult> function)
        where TResult : class
    {
        /// <inheritdoc cref="Until{T, TResult}(Func{T, TResult}, CancellationToken)"/>
        public Func<T1, T2, TResult> Until(CancellationToken cancellation) => (x, y) =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Require.Result("The map", function(x, y));
        };
    }
}
