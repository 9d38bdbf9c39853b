using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Tells whoever runs the server that something does not open, since it was changed at rest: one row of that kind takes nothing else down. Thread safe.</summary>
internal sealed class DamageWatch
{
    /// <summary>Told why something is left out; quick, and throws nothing.</summary>
    internal Action<Exception>? Found { get; set; }

    /// <summary>What opens; null for what was changed at rest.</summary>
    internal T? Sound<T>(Func<T?> open)
        where T : class
    {
        try
        {
            return open();
        }
        catch (SealBrokenException e)
        {
            Found?.Invoke(e);
            return null;
        }
    }
}
