namespace Rapport.Data;

/// <summary>
/// There is more of something than is read at once, and nothing is wrong with it but that. The runtime's exception for input that cannot be read lets nobody derive from it, so what says so is a mark on it.
/// </summary>
public static class TooMuch
{
    private const string Mark = "too-much";

    /// <param name="message">What of, and how much is read.</param>
    public static InvalidDataException Of(string message) => new(message) { Data = { [Mark] = true } };

    /// <summary>Whether that is why reading stopped.</summary>
    public static bool Is(Exception e) => e.Data.Contains(Mark);
}
