namespace Rapport.Server.Visits;

/// <summary>How things are named inside a question.</summary>
internal static class VisitNames
{
    /// <summary>Letters of a name: a source may call something by half a page.</summary>
    private const int MostName = 110;

    /// <summary>A name as its source writes it.</summary>
    public static string Named(string name) => Pages.OneLine.Of(name).Shorten(MostName);

    /// <summary>The same inside a sentence: without the capital that only begins it, and with those that belong to it, as of HbA1c.</summary>
    public static string Inside(string name)
    {
        var named = Named(name);
        var end = named.IndexOf(" (", StringComparison.Ordinal) is > 0 and var bracket ? bracket : named.Length;
        return named.Length > 1 && char.IsLower(named[1]) && !named.AsSpan(1, end - 1).ContainsAnyInRange('A', 'Z') ? char.ToLowerInvariant(named[0]) + named[1..] : named;
    }
}
