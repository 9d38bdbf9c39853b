namespace Rapport.Fhir;

/// <summary>The codes that a required binding allows.</summary>
internal sealed class CodeSet
{
    private readonly (byte[] System, NameId[] Codes)[] systems;
    private TextTable? codes;

    public CodeSet(string url, (byte[] System, NameId[] Codes)[] systems)
    {
        Url = url;
        this.systems = systems;
    }

    /// <summary>The value set's canonical URL.</summary>
    public string Url { get; }

    /// <summary>Whether a code of any of the systems has this text.</summary>
    public bool Contains(ReadOnlySpan<byte> code) => (codes ?? Build()).Find(code) != 0;

    /// <summary>Whether the system has a code of this text in the set.</summary>
    public bool Contains(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        foreach ((byte[] candidate, NameId[] members) in systems)
        {
            if (system.SequenceEqual(candidate))
            {
                foreach (NameId member in members)
                {
                    if (code.SequenceEqual(Definitions.Utf8Of(member)))
                    {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// <summary>A few of the codes, to help who used another.</summary>
    public string Examples()
    {
        List<string> all = [.. systems.SelectMany(s => s.Codes).Select(Definitions.NameOf)];
        return string.Join(", ", all.Take(12)) + (all.Count > 12 ? ", …" : "");
    }

    // Two threads may build it at once: both get the same.
    private TextTable Build()
    {
        var built = new TextTable(systems.Sum(s => s.Codes.Length));
        foreach ((_, NameId[] members) in systems)
        {
            foreach (NameId member in members)
            {
                if (built.Find(Definitions.Utf8Of(member)) == 0)
                {
                    built.Add(Definitions.Utf8Of(member), 1);
                }
            }
        }
        codes = built;
        return built;
    }
}
