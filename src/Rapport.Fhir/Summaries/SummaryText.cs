using System.Collections.Frozen;
using System.Globalization;

namespace Rapport.Fhir;

/// <summary>Single elements in words.</summary>
internal static class SummaryText
{
    private const int MaxTitle = 200;

    /// <summary>The kinds of concept that SNOMED CT puts in brackets behind a name and that mean nothing to a patient.</summary>
    private static readonly FrozenSet<string> SemanticTags = ((string[])
    [
        "disorder", "finding", "procedure", "regime/therapy", "situation", "event", "substance", "product", "medicinal product", "clinical drug", "organism",
        "body structure", "morphologic abnormality", "observable entity", "qualifier value", "physical object", "environment", "person", "record artifact",
        "social concept", "context-dependent category", "occupation", "life style",
    ]).ToFrozenSet();

    /// <summary>Units as they are written in UCUM and as people write them.</summary>
    private static readonly FrozenDictionary<string, string> Units = new Dictionary<string, string>
    {
        ["mm[Hg]"] = "mmHg",
        ["Cel"] = "°C",
        ["[degF]"] = "°F",
        ["kg/m2"] = "kg/m²",
        ["m2"] = "m²",
        ["mL/min/{1.73_m2}"] = "mL/min/1.73 m²",
        ["10*3/uL"] = "×10³/µL",
        ["10*6/uL"] = "×10⁶/µL",
        ["10*9/L"] = "×10⁹/L",
        ["10*12/L"] = "×10¹²/L",
        ["ug/L"] = "µg/L",
        ["ug/mL"] = "µg/mL",
        ["ug/dL"] = "µg/dL",
        ["ug"] = "µg",
        ["[in_i]"] = "in",
        ["[ft_i]"] = "ft",
        ["[lb_av]"] = "lb",
        ["1"] = "",
    }.ToFrozenDictionary();

    /// <summary>Units of an age or duration.</summary>
    private static readonly FrozenDictionary<string, string> TimeUnits = new Dictionary<string, string>
    {
        ["a"] = "years",
        ["mo"] = "months",
        ["wk"] = "weeks",
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Interpretations = new Dictionary<string, string>
    {
        ["H"] = "High",
        ["L"] = "Low",
        ["HH"] = "Critically high",
        ["LL"] = "Critically low",
        ["HU"] = "Significantly high",
        ["LU"] = "Significantly low",
        ["N"] = "Normal",
        ["A"] = "Abnormal",
        ["AA"] = "Critically abnormal",
        ["POS"] = "Positive",
        ["NEG"] = "Negative",
        ["IND"] = "Indeterminate",
        ["R"] = "Resistant",
        ["S"] = "Susceptible",
        ["I"] = "Intermediate",
        ["U"] = "Significantly increased",
        ["D"] = "Significantly decreased",
    }.ToFrozenDictionary();

    /// <summary>The name of what an element means; null when it has none.</summary>
    public static string? TitleOf(Element element) => Shorten(element.TypeName switch
    {
        "CodeableConcept" => Plain(Text(element, "text") ?? CodingTitle(element)),
        "Coding" => Plain(Text(element, "display") ?? Text(element, "code")),
        "HumanName" => Name(element),
        "Reference" => Text(element, "display"),
        "Identifier" => Text(element, "value"),
        "Annotation" => Text(element, "text"),
        "Attachment" => Text(element, "title"),
        _ => Plain(element.GetString()),
    });

    /// <summary>
    /// The name of something measured without what LOINC adds for laboratories: <c>Hemoglobin in Blood</c> for
    /// <c>Hemoglobin [Mass/volume] in Blood by Automated count</c>.
    /// </summary>
    public static string? MeasurementOf(Element element)
    {
        var title = TitleOf(element);
        while (title is not null && title.IndexOf(" [", StringComparison.Ordinal) is > 0 and var open && title.IndexOf(']', open) is > 0 and var close)
        {
            title = title.Remove(open, close - open + 1);
        }

        return title?.Replace(" by Automated count", "", StringComparison.Ordinal);
    }

    /// <summary>A value with its unit; null when it has none that fits a line.</summary>
    public static string? ValueOf(Element element) => Shorten(element.TypeName switch
    {
        "Quantity" or "Age" or "Duration" or "Distance" or "Count" => Quantity(element),
        "Money" => Text(element, "value") is { } amount ? $"{Round(amount)} {Text(element, "currency")}".TrimEnd() : null,
        "Range" => Range(element),
        "Ratio" => Ratio(element),
        "Period" => Period(element),
        "boolean" => element.GetString() switch { "true" => "Yes", "false" => "No", _ => null },
        "decimal" => element.GetString() is { } number ? Round(number) : null,
        "CodeableConcept" or "Coding" => TitleOf(element),
        _ => element.GetString(),
    });

    /// <summary>An interpretation in words; null when it says nothing.</summary>
    public static string? InterpretationOf(Element concept)
    {
        foreach (var coding in concept.Children)
        {
            if (coding.NameId == FhirNames.Coding && Text(coding, "code") is { } code && Interpretations.TryGetValue(code, out var words))
            {
                return words;
            }
        }

        return TitleOf(concept);
    }

    private static string? CodingTitle(Element concept)
    {
        string? code = null;
        foreach (var coding in concept.Children)
        {
            if (coding.NameId == FhirNames.Coding)
            {
                if (Text(coding, "display") is { } display)
                {
                    return display;
                }

                code ??= Text(coding, "code");
            }
        }

        return code;
    }

    private static string? Name(Element name)
    {
        if (Text(name, "text") is { } whole)
        {
            return whole;
        }

        var parts = new List<string>();
        foreach (var wanted in (ReadOnlySpan<string>)["prefix", "given", "family", "suffix"])
        {
            foreach (var child in name.Children)
            {
                if (child.Name == wanted && child.GetString() is { } part)
                {
                    parts.Add(part);
                }
            }
        }

        return parts.Count > 0 ? string.Join(' ', parts) : null;
    }

    private static string? Quantity(Element quantity)
    {
        if (Text(quantity, "value") is not { } value)
        {
            return null;
        }

        var unit = Text(quantity, "unit") ?? Text(quantity, "code") ?? "";
        unit = quantity.TypeName is "Age" or "Duration" && TimeUnits.TryGetValue(unit, out var time) ? time : Unit(unit);
        return $"{Text(quantity, "comparator")}{Round(value)}{(unit is "" or "%" ? "" : " ")}{unit}";
    }

    private static string? Range(Element range)
    {
        var low = range.TryGetChild("low", out var lowElement) ? Quantity(lowElement) : null;
        var high = range.TryGetChild("high", out var highElement) ? Quantity(highElement) : null;
        return (low, high) switch
        {
            (null, null) => null,
            (null, _) => $"up to {high}",
            (_, null) => $"from {low}",
            _ => $"{low} to {high}",
        };
    }

    private static string? Ratio(Element ratio) =>
        ratio.TryGetChild("numerator", out var above) && ratio.TryGetChild("denominator", out var below) ? $"{Quantity(above)} : {Quantity(below)}" : null;

    private static string? Period(Element period) => (Text(period, "start"), Text(period, "end")) switch
    {
        (null, null) => null,
        (null, { } end) => $"until {end}",
        ({ } start, null) => $"since {start}",
        var (start, end) => $"{start} to {end}",
    };

    /// <summary>
    /// Numbers that were computed rather than measured have a tail of digits that says nothing: at most two places are kept of those with
    /// more than three.
    /// </summary>
    private static string Round(string number)
    {
        var point = number.IndexOf('.');
        return point >= 0 && number.Length - point - 1 > 3 && SearchNumber.TryParse(number, out var value)
            ? Math.Round(value, Math.Abs(value) >= 1 ? 2 : 4).ToString("0.####", CultureInfo.InvariantCulture)
            : number;
    }

    /// <summary>A unit as people write it: without the annotations in braces that UCUM allows.</summary>
    private static string Unit(string unit)
    {
        if (Units.TryGetValue(unit, out var known))
        {
            return known;
        }

        var open = unit.IndexOf('{');
        var close = unit.IndexOf('}');
        return open >= 0 && close > open ? Unit(unit.Remove(open, close - open + 1)) : unit;
    }

    private static string? Plain(string? title)
    {
        if (title is null)
        {
            return null;
        }

        title = title.Trim();
        var open = title.LastIndexOf(" (", StringComparison.Ordinal);
        return open > 0 && title.EndsWith(')') && SemanticTags.Contains(title[(open + 2)..^1]) ? title[..open] : title;
    }

    /// <summary>One line of at most <see cref="MaxTitle"/> characters.</summary>
    private static string? Shorten(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length switch
        {
            0 => null,
            > MaxTitle => $"{line.AsSpan(0, MaxTitle - 1)}…",
            _ => line,
        };
    }

    private static string? Text(Element element, string child) =>
        element.TryGetChild(child, out var found) && found.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
