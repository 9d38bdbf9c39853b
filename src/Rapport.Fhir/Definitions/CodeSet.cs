namespace Rapport.Fhir;

/// <summary>The codes that a required binding allows.</summary>
internal sealed class CodeSet
{
    private readonly (byte[] System, NameId[] Codes)[] _systems;
    private TextTable? _codes;

    public CodeSet(string url, (byte[] System, NameId[] Codes)[] systems)
    {
        Url = url;
        _systems = systems;
    }

    /// <summary>The value set's canonical URL.</summary>
    public string Url { get; }

    /// <summary>Whether a code of any of the systems has this text.</summary>
    public bool Contains(ReadOnlySpan<byte> code) => (_codes ?? Build()).Find(code) != 0;

    /// <summary>Whether the system has a code of this text in the set.</summary>
    public bool Contains(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        foreach ((byte[] candidate, var members) in _systems)
        {
            if (system.SequenceEqual(candidate))
            {
                foreach (var member in members)
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
        List<string> all = [.. _systems.SelectMany(s => s.Codes).Select(Definitions.NameOf)];
        return string.Join(", ", all.Take(12)) + (all.Count > 12 ? ", …" : "");
    }

    // Two threads may build it at once: both get the same.
    private TextTable Build()
    {
        var built = new TextTable(_systems.Sum(s => s.Codes.Length));
        foreach ((_, var members) in _systems)
        {
            foreach (var member in members)
            {
                if (built.Find(Definitions.Utf8Of(member)) == 0)
                {
                    built.Add(Definitions.Utf8Of(member), 1);
                }
            }
        }
        _codes = built;
        return built;
    }
}
