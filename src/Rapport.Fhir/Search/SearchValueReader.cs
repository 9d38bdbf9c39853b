using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// Turns elements into search values by the type of the parameter and of the element (FHIR R4, Search, 3.1.1.4.6 to 3.1.1.4.12).
/// </summary>
internal static class SearchValueReader
{
    private static readonly ValueShape[] Shapes = ShapesByType();

    private static readonly NameId[] TextsOfName = Names("text", "family", "given", "prefix", "suffix");
    private static readonly NameId[] TextsOfAddress = Names("text", "line", "city", "district", "state", "postalCode", "country");

    /// <summary>Reports the values of an element; nothing when its type has none for this type of parameter.</summary>
    public static void Report(SearchParameter parameter, Element element, SearchSink sink)
    {
        var shape = ShapeOf(element);
        switch (parameter.Type)
        {
            case SearchParameterType.Token:
                Token(parameter, element, shape, sink);
                break;
            case SearchParameterType.Reference:
                Reference(parameter, element, shape, sink);
                break;
            case SearchParameterType.Date:
                if (TryRange(element, shape, out var range))
                {
                    sink.Date(parameter, range.Low, range.High);
                }

                break;
            case SearchParameterType.String:
                Strings(parameter, element, shape, sink);
                break;
            case SearchParameterType.Quantity:
                Quantity(parameter, element, shape, sink);
                break;
            case SearchParameterType.Number:
                Number(parameter, element, shape, sink);
                break;
            case SearchParameterType.Uri:
                if (TextOf(element) is { IsEmpty: false } uri)
                {
                    sink.Uri(parameter, uri);
                }

                break;
        }
    }

    /// <summary>Reports the result of an expression that computes a value; only tokens come of such.</summary>
    public static void Report(SearchParameter parameter, PathValue value, SearchSink sink)
    {
        if (value.IsElement)
        {
            Report(parameter, value.Element, sink);
        }
        else if (parameter.Type == SearchParameterType.Token)
        {
            switch (value.ToSystem())
            {
                case bool truth:
                    sink.Token(parameter, [], truth ? "true"u8 : "false"u8);
                    break;
                case string text:
                    sink.Token(parameter, [], Encoding.UTF8.GetBytes(text));
                    break;
            }
        }
    }

    /// <summary>Whether a Reference standing in a resource means a resource of that type, as far as it can be told.</summary>
    public static bool Targets(Element reference, PathType type, Element resource)
    {
        if (reference.TryGetChild(FhirNames.Reference, out var text) && ReferenceText.TryGetType(TextOf(text), out var named) && named.Value != 0)
        {
            return type.Accepts(named);
        }

        return TargetsWhenResolved(reference, type, resource);
    }

    // Apart, because its closure would cost memory on every call.
    private static bool TargetsWhenResolved(Element reference, PathType type, Element resource)
    {
        var found = new List<PathValue>();
        PathResolver.Resolve(PathValue.Of(reference), resource, found);
        return found.Exists(target => type.Accepts(target));
    }

    /// <summary>The span of time that a date, Period or Timing covers; false when it names no time.</summary>
    public static bool TryRange(Element element, out DateRange range) => TryRange(element, ShapeOf(element), out range);

    /// <summary>The text of a primitive without escapes; empty when it has no value.</summary>
    public static ReadOnlySpan<byte> TextOf(Element primitive) =>
        primitive.TryGetPlain(out var plain) ? plain
        : primitive.Kind == NodeKind.String ? JsonText.Unescape(primitive.RawUtf8[1..^1])
        : [];

    private static ReadOnlySpan<byte> ChildText(Element element, NameId name) => element.TryGetChild(name, out var child) ? TextOf(child) : [];

    private static void Token(SearchParameter parameter, Element element, ValueShape shape, SearchSink sink)
    {
        switch (shape)
        {
            case ValueShape.Primitive or ValueShape.Date:
                if (TextOf(element) is { IsEmpty: false } code)
                {
                    sink.Token(parameter, [], code);
                }

                break;
            case ValueShape.CodeableConcept:
                foreach (var child in element.Children)
                {
                    if (child.NameId == FhirNames.Coding)
                    {
                        Coded(parameter, child, FhirNames.Code, sink);
                    }
                }

                break;
            case ValueShape.Coding:
                Coded(parameter, element, FhirNames.Code, sink);
                break;
            case ValueShape.Identifier:
                Coded(parameter, element, FhirNames.Value, sink);
                break;
            case ValueShape.ContactPoint:
                if (ChildText(element, FhirNames.Value) is { IsEmpty: false } contact)
                {
                    sink.Token(parameter, [], contact);
                }

                break;
        }
    }

    private static void Coded(SearchParameter parameter, Element element, NameId codeName, SearchSink sink)
    {
        ReadOnlySpan<byte> system = [];
        ReadOnlySpan<byte> code = [];
        foreach (var child in element.Children)
        {
            if (child.NameId == FhirNames.System)
            {
                system = TextOf(child);
            }
            else if (child.NameId == codeName)
            {
                code = TextOf(child);
            }
        }

        if (!system.IsEmpty || !code.IsEmpty)
        {
            sink.Token(parameter, system, code);
        }
    }

    private static void Reference(SearchParameter parameter, Element element, ValueShape shape, SearchSink sink)
    {
        var text = shape == ValueShape.Reference ? ChildText(element, FhirNames.Reference) : shape == ValueShape.Primitive ? TextOf(element) : [];
        if (!text.IsEmpty)
        {
            sink.Reference(parameter, text);
        }
    }

    private static bool TryRange(Element element, ValueShape shape, out DateRange range)
    {
        switch (shape)
        {
            case ValueShape.Date or ValueShape.Primitive:
                return DateRange.TryParse(TextOf(element), out range);
            case ValueShape.Period:
                return TryPeriod(element, out range);
            case ValueShape.Timing:
                return TryTiming(element, out range);
            default:
                range = default;
                return false;
        }
    }

    private static bool TryPeriod(Element element, out DateRange range)
    {
        var hasLow = DateRange.TryParse(ChildText(element, FhirNames.Start), out var low);
        var hasHigh = DateRange.TryParse(ChildText(element, FhirNames.End), out var high);
        range = new(hasLow ? low.Low : long.MinValue, hasHigh ? high.High : long.MaxValue);
        return hasLow || hasHigh;
    }

    /// <summary>From the first event, or start of the bounds, to the last.</summary>
    private static bool TryTiming(Element element, out DateRange range)
    {
        var found = false;
        range = new(long.MaxValue, long.MinValue);
        foreach (var child in element.Children)
        {
            DateRange part;
            if (child.NameId == FhirNames.Event ? DateRange.TryParse(TextOf(child), out part)
                : TryBounds(child, out part))
            {
                range = new(Math.Min(range.Low, part.Low), Math.Max(range.High, part.High));
                found = true;
            }
        }

        return found;
    }

    private static bool TryBounds(Element repeat, out DateRange range)
    {
        range = default;
        return repeat.NameId == FhirNames.Repeat
            && repeat.TryGetChild(FhirNames.Bounds, out var bounds)
            && ShapeOf(bounds) == ValueShape.Period
            && TryPeriod(bounds, out range);
    }

    private static void Strings(SearchParameter parameter, Element element, ValueShape shape, SearchSink sink)
    {
        switch (shape)
        {
            case ValueShape.Primitive or ValueShape.Date:
                if (TextOf(element) is { IsEmpty: false } text)
                {
                    sink.String(parameter, text);
                }

                break;
            case ValueShape.HumanName or ValueShape.Address:
                var names = shape == ValueShape.HumanName ? TextsOfName : TextsOfAddress;
                foreach (var child in element.Children)
                {
                    if (Array.IndexOf(names, child.NameId) >= 0 && TextOf(child) is { IsEmpty: false } part)
                    {
                        sink.String(parameter, part);
                    }
                }

                break;
            case ValueShape.CodeableConcept:
                if (ChildText(element, FhirNames.Text) is { IsEmpty: false } concept)
                {
                    sink.String(parameter, concept);
                }

                break;
        }
    }

    private static void Quantity(SearchParameter parameter, Element element, ValueShape shape, SearchSink sink)
    {
        switch (shape)
        {
            case ValueShape.Quantity:
                if (SearchNumber.TryParse(ChildText(element, FhirNames.Value), out var value))
                {
                    sink.Quantity(
                        parameter, value, ChildText(element, FhirNames.System), ChildText(element, FhirNames.Code), ChildText(element, FhirNames.Unit));
                }

                break;
            case ValueShape.Money:
                if (SearchNumber.TryParse(ChildText(element, FhirNames.Value), out var amount))
                {
                    sink.Quantity(parameter, amount, "urn:iso:std:iso:4217"u8, ChildText(element, FhirNames.Currency), []);
                }

                break;
            case ValueShape.Range:
                foreach (var end in element.Children)
                {
                    if (end.NameId == FhirNames.Low || end.NameId == FhirNames.High)
                    {
                        Quantity(parameter, end, ValueShape.Quantity, sink);
                    }
                }

                break;
        }
    }

    private static void Number(SearchParameter parameter, Element element, ValueShape shape, SearchSink sink)
    {
        switch (shape)
        {
            case ValueShape.Primitive:
                if (SearchNumber.TryParse(TextOf(element), out var number))
                {
                    sink.Number(parameter, number);
                }

                break;
            case ValueShape.Range:
                foreach (var end in element.Children)
                {
                    if ((end.NameId == FhirNames.Low || end.NameId == FhirNames.High)
                        && SearchNumber.TryParse(ChildText(end, FhirNames.Value), out var value))
                    {
                        sink.Number(parameter, value);
                    }
                }

                break;
        }
    }

    private static ValueShape ShapeOf(Element element)
    {
        var type = element.TypeId.Value;
        return type < Shapes.Length ? Shapes[type] : ValueShape.None;
    }

    private static ValueShape[] ShapesByType()
    {
        (ValueShape Shape, string Types)[] shapes =
        [
            (ValueShape.Primitive, "boolean code string id markdown uri url canonical oid uuid integer positiveInt unsignedInt decimal base64Binary"),
            (ValueShape.Date, "date dateTime instant"),
            (ValueShape.CodeableConcept, "CodeableConcept"),
            (ValueShape.Coding, "Coding"),
            (ValueShape.Identifier, "Identifier"),
            (ValueShape.ContactPoint, "ContactPoint"),
            (ValueShape.Reference, "Reference"),
            (ValueShape.Period, "Period"),
            (ValueShape.Timing, "Timing"),
            (ValueShape.HumanName, "HumanName"),
            (ValueShape.Address, "Address"),
            (ValueShape.Quantity, "Quantity Age Count Distance Duration MoneyQuantity SimpleQuantity"),
            (ValueShape.Money, "Money"),
            (ValueShape.Range, "Range"),
        ];
        var byType = shapes
            .SelectMany(row => row.Types.Split(' '), (row, type) => (Definitions.FindType(type).Value, row.Shape))
            .Where(pair => pair.Value != 0)
            .ToList();
        var table = new ValueShape[byType.Max(pair => pair.Value) + 1];
        foreach (var (type, shape) in byType)
        {
            table[type] = shape;
        }

        return table;
    }

    private static NameId[] Names(params string[] names) => [.. names.Select(Definitions.FindName)];
}

/// <summary>The ways in which elements hold search values.</summary>
internal enum ValueShape : byte
{
    None,
    Primitive,
    Date,
    CodeableConcept,
    Coding,
    Identifier,
    ContactPoint,
    Reference,
    Period,
    Timing,
    HumanName,
    Address,
    Quantity,
    Money,
    Range,
}
