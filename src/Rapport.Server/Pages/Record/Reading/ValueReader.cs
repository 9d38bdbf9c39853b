using System.Globalization;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>Tells the value of one element: each FHIR data type in the way people write such a thing.</summary>
internal static class ValueReader
{
    private const int MaxDepth = 12;

    /// <summary>The value of an element, or null when it says nothing.</summary>
    public static FactValue? Read(Element element) => Read(element, 0);

    /// <summary>The value in one line of words, or null when it says nothing.</summary>
    public static string? Words(Element element) => Read(element) switch
    {
        FactValue.Words words => words.Text,
        FactValue.Term term => term.Text,
        FactValue.Link link => link.Name,
        _ => null,
    };

    /// <summary>The text of a primitive child.</summary>
    public static string? Text(this Element parent, string name) => parent.TryGetChild(name, out var child) ? child.GetString() : null;

    /// <summary>The repetitions of a child.</summary>
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

    /// <summary>The facts that the children of an element state, those named in <paramref name="except"/> left out.</summary>
    public static List<Fact> Facts(Element parent, IReadOnlySet<string> except, int depth = 0)
    {
        var facts = new List<(string Name, List<FactValue> Values)>();
        foreach (var child in parent.Children)
        {
            if (except.Contains(child.Name) || Read(child, depth + 1) is not { } value)
            {
                continue;
            }

            var name = child.Name == "extension" ? Wording.Words(child.Text("url") ?? "extension") : Wording.Element(child.Name);
            var last = facts.FindIndex(fact => fact.Name == name);
            if (last < 0)
            {
                facts.Add((name, [value]));
            }
            else
            {
                facts[last].Values.Add(value);
            }
        }

        return facts.ConvertAll(fact => new Fact(fact.Name, fact.Values));
    }

    private static readonly IReadOnlySet<string> InnerNoise = new HashSet<string> { "id", "url" };

    private static FactValue? Read(Element element, int depth) => element.TypeName switch
    {
        _ when depth > MaxDepth => null,
        "CodeableConcept" => Concept(element),
        "Coding" => Term([element], null),
        "Reference" => Reference(element),
        "Quantity" or "SimpleQuantity" or "Age" or "Duration" or "Distance" or "Count" => Told(Quantity(element)),
        "MoneyQuantity" or "Money" => Told(Join(" ", Amount(element.Text("value")), element.Text("currency") ?? element.Text("unit"))),
        "Range" => Told(Range(element)),
        "Ratio" => Told(Pair(element, "numerator", "denominator", " : ")),
        "SampledData" => Told(Samples(element)),
        "Period" => Told(FhirDate.Period(element.Text("start"), element.Text("end"))),
        "HumanName" => Told(HumanName(element)),
        "Address" => Told(Address(element)),
        "ContactPoint" => Told(element.Text("value")),
        "Identifier" => Identifier(element),
        "Annotation" => Told(Join(" – ", element.Text("text"), element.Text("time") is { } time ? FhirDate.Say(time) : null), isLong: true),
        "Attachment" => Attachment(element),
        "Dosage" when element.Text("text") is { Length: > 0 } text => Told(text),
        "Timing" when TimingReader.Words(element) is { } text => Told(text),
        "Narrative" => Told(NarrativeText.Of(element.Text("div")), isLong: true),
        "Extension" when element.TryGetChild("value", out var value) => Read(value, depth + 1),
        "boolean" => Told(element.GetString() is { } text ? text == "true" ? ReadingText.Yes : ReadingText.No : null),
        "date" or "dateTime" or "instant" => Told(element.GetString() is { } date ? FhirDate.Say(date) : null),
        "code" => Told(element.GetString() is { } code ? Wording.Display(SystemOf(element.Name), code) ?? Wording.Code(code) : null),
        "base64Binary" => Told(element.GetString() is { } data ? Say.Fill(ReadingText.OfData, Say.Size(data.Length / 4L * 3)) : null),
        _ when element.Name == "referenceRange" && UsualRange(element) is { } range => Told(range),
        "decimal" or "integer" or "positiveInt" or "unsignedInt" => Told(element.GetString() is { } number ? Number(number) : null),
        _ when element.HasValue => Told(element.GetString(), isLong: true),
        _ when element.IsResource => Told(EntryReader.Line(element.ToResource()).Title),
        _ => Facts(element, InnerNoise, depth) switch
        {
            [] => null,

            // A part of one thing is that thing.
            [{ Values: [var only] }] => only,
            var facts => new FactValue.Part(facts),
        },
    };

    /// <summary>The code system of elements whose codes are letters.</summary>
    private static string? SystemOf(string element) => element switch
    {
        "confidentiality" => "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "when" => "http://hl7.org/fhir/event-timing",
        _ => null,
    };

    private static FactValue.Words? Told(string? text, bool isLong = false) =>
        string.IsNullOrWhiteSpace(text) ? null : new FactValue.Words(text.Trim(), isLong && (text.Length > 80 || text.Contains('\n')));

    private static FactValue.Term? Concept(Element concept) => Term(concept.All("coding"), concept.Text("text"));

    private static FactValue.Term? Term(List<Element> codings, string? text)
    {
        var codes = new List<TermCode>(codings.Count);
        foreach (var coding in codings)
        {
            if (coding.Text("code") is { } code)
            {
                codes.Add(new TermCode(Wording.System(coding.Text("system")), code, coding.Text("display"), LoincNames.LanguageOf(coding.Text("system"), coding.Text("display"))));
            }

            var known = Wording.Display(coding.Text("system"), coding.Text("code"));
            text = text is null ? known ?? coding.Text("display") : Wording.IsEnglishFor(text, coding.Text("system"), coding.Text("code")) ? known : text;
        }

        text ??= codes is [var first, ..] ? Wording.Code(first.Code) : null;
        return text is null ? null : new FactValue.Term(text, codes);
    }

    private static FactValue? Reference(Element reference)
    {
        var target = reference.Text("reference");
        var text = reference.Text("display");
        if (text is null && reference.TryGetChild("identifier", out var identifier))
        {
            text = identifier.Text("value");
        }

        return target is not null && LocalReference.TryParse(target, out var type)
            ? new FactValue.Link(text, Wording.Type(type).ToLowerInvariant(), target)
            : Told(text ?? (target is ['#', ..] ? ReadingText.ToldBelow : target));
    }

    private static string? Quantity(Element quantity)
    {
        if (quantity.Text("value") is not { } value)
        {
            return null;
        }

        var amount = Measured(value, quantity.Text("unit") ?? quantity.Text("code") ?? "");
        return quantity.Text("comparator") switch
        {
            "<" => Say.Fill(ReadingText.Below, amount),
            "<=" => Say.Fill(ReadingText.AtMost, amount),
            ">" => Say.Fill(ReadingText.Above, amount),
            ">=" => Say.Fill(ReadingText.AtLeast, amount),
            _ => amount,
        };
    }

    /// <summary>A number as FHIR writes it, with its unit.</summary>
    public static string Measured(string value, string unit) => unit.Length > 0 && (unit == "measurements" ? ReadingText.Measurements : Wording.TimeForms(unit)) is { } forms
        ? LengthOfTime(value, forms)
        : Number(value) + Spaced(Wording.Unit(unit));

    private static string LengthOfTime(string value, string forms)
    {
        var form = forms.Split('|')[value == "1" ? 0 : 1];
        return Say.Fill(form, Number(value));
    }

    private static string? Amount(string? value) => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
        ? Say.Number(amount.ToString("0.00", CultureInfo.InvariantCulture))
        : value;

    /// <summary>A number as people read it. A long tail of decimals says nothing to people; the original stands in the JSON.</summary>
    public static string Number(string value) => Say.Number(
        value.Length > 7 && decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Math.Round(number, Math.Abs(number) < 1 ? 4 : 2).ToString("0.####", CultureInfo.InvariantCulture)
            : value);

    private static string Spaced(string unit) => unit.Length == 0 || unit == "%" ? unit : " " + unit;

    private static string? Range(Element range)
    {
        var low = range.TryGetChild("low", out var l) ? Quantity(l) : null;
        var high = range.TryGetChild("high", out var h) ? Quantity(h) : null;
        return (low, high) switch
        {
            (null, null) => null,
            (null, _) => Say.Fill(ReadingText.UpTo, high),
            (_, null) => Say.Fill(ReadingText.From, low),
            _ when low.Split(' ', 2) is [var number, var unit] && high.EndsWith(" " + unit, StringComparison.Ordinal) => Say.Fill(ReadingText.FromTo, number, high),
            _ => Say.Fill(ReadingText.FromTo, low, high),
        };
    }

    /// <summary>The usual range in one line, when nothing but its bounds or its words are given.</summary>
    private static string? UsualRange(Element range)
    {
        foreach (var child in range.Children)
        {
            if (child.Name is not ("low" or "high" or "text"))
            {
                return null;
            }
        }

        return range.Text("text") ?? Range(range);
    }

    /// <summary>A curve is told by how many values it has and how close they lie; the values themselves are for drawing.</summary>
    private static string? Samples(Element element) => element.Text("data") is { } data
        ? Say.Count(ReadingText.Samples, data.AsSpan().Count(' ') + 1, Number(element.Text("period") ?? "0"))
        : null;

    private static string? Pair(Element parent, string first, string second, string between) =>
        Join(between, parent.TryGetChild(first, out var a) ? Quantity(a) : null, parent.TryGetChild(second, out var b) ? Quantity(b) : null);

    private static string HumanName(Element name)
    {
        if (name.Text("text") is { Length: > 0 } text)
        {
            return text;
        }

        var words = new StringBuilder();
        foreach (var part in (ReadOnlySpan<string>)["prefix", "given", "family", "suffix"])
        {
            foreach (var element in name.All(part))
            {
                words.Append(words.Length == 0 ? "" : " ").Append(element.GetString());
            }
        }

        return words.ToString();
    }

    private static string Address(Element address)
    {
        if (address.Text("text") is { Length: > 0 } text)
        {
            return text;
        }

        var lines = address.All("line").ConvertAll(line => line.GetString());
        return Join(", ", [.. lines, Join(" ", address.Text("postalCode"), address.Text("city")), address.Text("state"), address.Text("country")]) ?? "";
    }

    private static FactValue.Words? Identifier(Element identifier)
    {
        var kind = identifier.TryGetChild("type", out var type) ? Words(type) : null;
        return Told(Join(": ", kind ?? Wording.System(identifier.Text("system")), identifier.Text("value")));
    }

    /// <summary>A plain text is shown as it is; of another file its name, type and size.</summary>
    private static FactValue.Words? Attachment(Element attachment)
    {
        var type = attachment.Text("contentType");
        var data = attachment.Text("data");
        if (data is not null && type is not null && type.StartsWith("text/plain", StringComparison.Ordinal))
        {
            var bytes = new byte[data.Length];
            if (Convert.TryFromBase64String(data, bytes, out var length))
            {
                return new FactValue.Words(Encoding.UTF8.GetString(bytes, 0, length), IsLong: true);
            }
        }

        var size = data is null ? null : Say.Size(data.Length / 4L * 3);
        return Told(Join(", ", attachment.Text("title"), type, size, attachment.Text("url")));
    }

    private static string? Join(string between, params ReadOnlySpan<string?> parts)
    {
        var joined = new StringBuilder();
        foreach (var part in parts)
        {
            if (!string.IsNullOrEmpty(part))
            {
                joined.Append(joined.Length == 0 ? "" : between).Append(part);
            }
        }

        return joined.Length == 0 ? null : joined.ToString();
    }
}
