namespace Autograd.Tests.Autodiff;

/// <summary>Tests that run while every buffer that is given back is filled with NaN: what is read too late cannot look right.</summary>
public abstract class Poisoned : IDisposable
{
    /// <summary>Poison on.</summary>
    protected Poisoned() => BufferPoison.IsOn = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        BufferPoison.IsOn = false;
        GC.SuppressFinalize(this);
    }
}
