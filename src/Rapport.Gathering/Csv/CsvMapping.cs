using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rapport.Gathering;

/// <summary>What the columns of a CSV file mean, where their names do not say it or say it wrong. Immutable, thread safe.</summary>
public sealed partial record CsvMapping
{
    /// <summary>The longest name of a device, and of a time zone.</summary>
    public const int LongestText = 100;

    /// <summary>By the column's name in the header.</summary>
    public IReadOnlyDictionary<string, CsvColumn> Columns { get; init; } = new Dictionary<string, CsvColumn>();

    /// <summary>How dates that begin with day or month are written: <c>dmy</c> or <c>mdy</c>; null when the dates themselves tell.</summary>
    public string? DateOrder { get; init; }

    /// <summary>What parts decimals in numbers such as <c>1,150</c>: <c>comma</c> or <c>point</c>; null when the numbers themselves tell. What the other numbers of a column tell goes before it.</summary>
    public string? DecimalMark { get; init; }

    /// <summary>How far the clock on the wall was ahead of UTC, such as <c>+01:00</c>; null when not known.</summary>
    public string? UtcOffset { get; init; }

    /// <summary>The zone of the clock on the wall by its IANA name, such as <c>Europe/Madrid</c>; null when not known, or when <see cref="UtcOffset"/> says it.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What measured; null when a column says, or nobody.</summary>
    public string? Device { get; init; }

    /// <summary>Reads a mapping.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="mistake">What is wrong with it; null when nothing is.</param>
    public static CsvMapping? Parse(ReadOnlySpan<byte> json, out string? mistake)
    {
        try
        {
            var mapping = JsonSerializer.Deserialize(json, Json.Default.CsvMapping);
            mistake = mapping?.FindMistake() ?? (mapping is null ? "it is empty" : null);
            return mistake is null ? mapping : null;
        }
        catch (JsonException e)
        {
            mistake = $"it is no JSON of a mapping at `{e.Path}`";
            return null;
        }
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json.Default.CsvMapping);

    private string? FindMistake() =>
        Columns is null || Columns.Any(column => column.Value?.As is null) ? "`columns` gives each column an `as`"
        : Columns.FirstOrDefault(column => !CsvMeaning.IsRole(column.Value.As) && !Measurand.Of(column.Value.As).Any()) is { Key: { } name } wrong
            ? $"column `{name}` cannot be `{wrong.Value.As}`: it is one of {string.Join(", ", CsvMeaning.Roles.Concat(Measurand.All.Select(measure => measure.Name).Distinct()))}"
        : DateOrder is not (null or "dmy" or "mdy") ? "`dateOrder` is `dmy` or `mdy`"
        : DecimalMark is not (null or "comma" or "point") ? "`decimalMark` is `comma` or `point`"
        : UtcOffset is not null && CsvTime.Offset(UtcOffset) is null ? "`utcOffset` is written `+01:00`"
        : TimeZone is not null && CsvTime.Zone(TimeZone) is null ? "`timeZone` is the name of a place's time, such as `Europe/Madrid`"
        : TimeZone is not null && UtcOffset is not null ? "either `timeZone` or `utcOffset` says where the clock was, not both"
        : Device is { Length: > LongestText } ? $"`device` has at most {LongestText} characters"
        : null;

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(CsvMapping))]
    private sealed partial class Json : JsonSerializerContext;
}

/// <summary>What a column means.</summary>
/// <param name="As">The measurement, or one of <see cref="CsvMeaning.Roles"/>.</param>
/// <param name="Unit">Its unit, where it has one.</param>
public sealed record CsvColumn(string As, string? Unit = null);
