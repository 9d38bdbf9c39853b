using System.Text;

namespace Rapport.Fhir;

/// <summary>Noting what is wrong, and where.</summary>
internal ref partial struct TapeParser
{
    private const int LongestQuote = 40;

    private static string Quote(ReadOnlySpan<byte> utf8) => Quote(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * LongestQuote)]));

    private static string Quote(string text) => $"`{Shorten(text)}`";

    /// <summary>Input for an error text: cut short, without control characters and backticks.</summary>
    private static string Shorten(string text)
    {
        var shortened = new StringBuilder(Math.Min(text.Length, LongestQuote + 1));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shortened.Length >= LongestQuote)
            {
                return shortened.Append('…').ToString();
            }
            shortened.Append(Rune.IsControl(rune) ? " " : rune.Value == '`' ? "'" : rune.ToString());
        }
        return shortened.ToString();
    }

    /// <summary>What stands where the parser is, for an error text.</summary>
    private readonly ReadOnlySpan<byte> Preview()
    {
        var rest = _json[Math.Min(_position, _json.Length)..];
        rest = rest[..Math.Min(rest.Length, 4 * LongestQuote)];
        var end = rest.IndexOfAny("\n\r,}]"u8);
        return end > 0 ? rest[..end] : rest;
    }

    /// <param name="below">What to add to the location of where the parser is: a dot and the name of an element.</param>
    private void Report(string code, string text, string below = "") =>
        Report(IssueSeverity.Error, code, (Location() + below).TrimStart('.'), text);

    private void Report(IssueSeverity severity, string code, string location, string text)
    {
        if (!_check || _stopped)
        {
            return;
        }
        _issues ??= [];
        _failed |= severity != IssueSeverity.Warning;
        if (_issues.Count < _maxIssues)
        {
            _issues.Add(new CheckIssue(severity, code, location, text));
        }
        else if (_failed)
        {
            _issues.Add(new CheckIssue(IssueSeverity.Error, "too-costly", location, $"there are more than {_maxIssues} issues; correct these first"));
            _stopped = true;
        }
    }

    /// <summary>A fault in the JSON: there is no way to read on.</summary>
    private bool Syntax(string text)
    {
        if (_check)
        {
            var before = _json[..Math.Min(_position, _json.Length)];

            // What would have come there, nobody asks who has half a file.
            if (before.Length == _json.Length && _json.Length > 0)
            {
                text = "the document ends in the middle";
            }

            var line = before.Count((byte)'\n') + 1;
            var column = before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1;
            var found = before.Length < _json.Length ? $", at {Quote(Preview())}" : "";
            Report(IssueSeverity.Fatal, "structure", Location(), $"{text}: line {line}, column {column}{found}");
        }
        return false;
    }

    private bool TooDeep()
    {
        Report(IssueSeverity.Fatal, "too-costly", Location(), $"objects and arrays are nested more than {_maxDepth} deep; flatten the document");
        return false;
    }

    private void ReportMissing(TypeDefinition type, ulong missing)
    {
        ulong reported = 0;
        foreach (ref readonly var property in type.Properties)
        {
            ulong bit = 1UL << property.Slot;
            if ((missing & bit) != 0 && (reported & bit) == 0)
            {
                reported |= bit;
                var name = Definitions.NameOf(property.Name) + ((property.Flags & PropertyFlags.Choice) != 0 ? "[x]" : "");
                Report("required", $"`{name}` is required in {type.Name}; add it", "." + name);
            }
        }
    }

    /// <summary>An element that its object has already: the same property again, or another type of the same choice.</summary>
    private void ReportRepeated(int parent, int property, NodeFlags kind)
    {
        var slot = Definitions.Property(property).Slot;
        for (var i = parent + 1; i < _count; i = _nodes[i].End)
        {
            var other = _nodes[i].Property;
            if (other != property && (_nodes[i].Flags & NodeFlags.Companion) == kind && Definitions.Property(other).Slot == slot)
            {
                Report("structure", TwoTypes(Definitions.JsonNameOf(property), Definitions.JsonNameOf(other)));
                return;
            }
        }
        Report("structure", "the property occurs twice in the same object; keep one of them");
    }

    private static string TwoTypes(string name, string other) => $"`{name}` and `{other}` are types of the same element; keep one of them";

    private readonly string Location()
    {
        if (_count == 0)
        {
            return "";
        }
        var text = new StringBuilder(Definitions.TypeNameOf(_nodes[0].Type));
        foreach (var step in _path.AsSpan(0, _steps))
        {
            if (step.Property != 0)
            {
                text.Append('.').Append(Definitions.JsonNameOf(step.Property));
                if (step.Index >= 0)
                {
                    text.Append('[').Append(step.Index).Append(']');
                }
            }
        }
        return text.ToString();
    }
}
