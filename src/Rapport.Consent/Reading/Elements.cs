using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>Ways to take an element apart that only this module needs.</summary>
internal static class Elements
{
    /// <summary>All repetitions of a child.</summary>
    public static List<Element> All(this Element parent, string name)
    {
        var found = new List<Element>();
        foreach (var child in parent.Children)
        {
            if (child.Name == name)
            {
                found.Add(child);
            }
        }

        return found;
    }

    public static bool Has(this Element parent, string name) => parent.TryGetChild(name, out _);

    /// <summary>The text of a primitive child; <see langword="null"/> when absent or without value.</summary>
    public static string? Text(this Element parent, string name) => parent.TryGetChild(name, out var child) ? child.GetString() : null;

    /// <summary>The text of <c>reference</c> in a Reference, without version; <see langword="null"/> when it refers in another way (identifier, contained).</summary>
    public static string? ReferenceText(this Element reference)
    {
        if (reference.Text("reference") is not { Length: > 0 } text || text[0] == '#')
        {
            return null;
        }

        var version = text.IndexOf("/_history/", StringComparison.Ordinal);
        return version < 0 ? text : text[..version];
    }

    /// <summary>The system and code of a Coding; <see langword="null"/> when it has no code.</summary>
    public static SystemCode? Code(this Element coding) =>
        coding.Text("code") is { Length: > 0 } code ? new(CodeSystems.Normalize(coding.Text("system") ?? ""), code) : null;

    /// <summary>The codes of a CodeableConcept.</summary>
    public static List<SystemCode> Codes(this Element concept)
    {
        var codes = new List<SystemCode>();
        foreach (var coding in concept.All("coding"))
        {
            if (coding.Code() is { } code)
            {
                codes.Add(code);
            }
        }

        return codes;
    }

    /// <summary>Reads a Period: absent bounds are open, an end includes all of the day, month or year it names.</summary>
    public static Period Period(this Element period)
    {
        long low = long.MinValue, high = long.MaxValue;
        var unknown = false;
        if (period.TryGetChild("start", out var start))
        {
            unknown |= !TryRange(start, out var range);
            low = range.Low;
        }

        if (period.TryGetChild("end", out var end))
        {
            unknown |= !TryRange(end, out var range);
            high = range.High;
        }

        return new(new(low, high), unknown || low >= high);
    }

    private static bool TryRange(Element date, out DateRange range)
    {
        range = default;
        return date.GetString() is { } text && DateRange.TryParse(text, out range);
    }
}
