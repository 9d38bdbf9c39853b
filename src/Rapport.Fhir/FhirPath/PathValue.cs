using System.Globalization;

namespace Rapport.Fhir;

/// <summary>
/// One item of a FHIRPath collection: an element of a resource, or a value of FHIRPath's own types (<see cref="bool"/>, <see cref="long"/>,
/// <see cref="decimal"/>, <see cref="string"/>, <see cref="PathDate"/>), or a resource that a reference names but that is not at hand
/// (<see cref="PathTarget"/>). A small value; elements are held without allocation.
/// </summary>
internal readonly struct PathValue
{
    private static readonly object TrueBox = true;
    private static readonly object FalseBox = false;

    private readonly object payload;
    private readonly int index;

    private PathValue(object payload, int index)
    {
        this.payload = payload;
        this.index = index;
    }

    public static PathValue Of(Element element) => new(element.Owning, element.Index);

    public static PathValue Of(bool value) => new(value ? TrueBox : FalseBox, 0);

    public static PathValue Of(long value) => new(value, 0);

    public static PathValue Of(decimal value) => new(value, 0);

    public static PathValue Of(string value) => new(value, 0);

    public static PathValue Of(PathDate value) => new(value, 0);

    public static PathValue Of(PathTarget value) => new(value, 0);

    public bool IsElement => payload is Resource;

    /// <summary>The element; only when <see cref="IsElement"/>.</summary>
    public Element Element => new((Resource)payload, index);

    public PathTarget? Target => payload as PathTarget;

    /// <summary>
    /// The value in FHIRPath's own types; null when it has none: a complex element, or a primitive with extensions only.
    /// </summary>
    public object? ToSystem()
    {
        if (!IsElement)
        {
            return payload is PathTarget ? null : payload;
        }

        var element = Element;
        switch (element.Kind)
        {
            case NodeKind.True:
                return TrueBox;
            case NodeKind.False:
                return FalseBox;
            case NodeKind.Number:
                var number = element.GetString()!;
                return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer
                    : SearchNumber.TryParse(number, out var value) ? value : null;
            case NodeKind.String:
                var text = element.GetString()!;
                var kind = Definitions.Type(element.TypeId).Primitive;
                return kind is PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant or PrimitiveKind.Time
                    && PathDate.TryParse(text, out var date) ? date : text;
            default:
                return null;
        }
    }
}

/// <summary>A resource that a reference names but that is not at hand: only its type is known.</summary>
internal sealed record PathTarget(TypeId Type);

/// <summary>
/// A date, dateTime or time of FHIRPath with the precision it is written with. Times of day are moments of the day 1970-01-01, so that
/// the same comparison serves.
/// </summary>
internal sealed record PathDate(string Text, DateRange Range)
{
    public static bool TryParse(string text, out PathDate date)
    {
        // `2014T` is a partial dateTime.
        var whole = text.StartsWith('T') ? TimeOfDay(text) : text.EndsWith('T') ? text[..^1] : text;
        var good = DateRange.TryParse(whole, out var range);
        date = new(text, range);
        return good;
    }

    private static string TimeOfDay(string text) => $"1970-01-01{text}{(text.Length == 3 ? ":00" : "")}";

    /// <summary>
    /// Less than, equal to or greater than 0 as this is before, the same as or after the other; null when their precision does not tell.
    /// </summary>
    public int? CompareTo(PathDate other) =>
        Range == other.Range ? 0
        : Range.High <= other.Range.Low ? -1
        : other.Range.High <= Range.Low ? 1
        : null;

    public bool Equals(PathDate? other) => other is not null && Range == other.Range;

    public override int GetHashCode() => Range.GetHashCode();
}
