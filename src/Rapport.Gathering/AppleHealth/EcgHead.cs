using System.Buffers;
using System.Globalization;

namespace Rapport.Gathering;

/// <summary>
/// The lines before the voltages of an electrocardiogram. Their labels are in the language of the phone, but their order is the same: name, birth date,
/// time, classification, symptoms, version of the software, device, rate, lead, unit. So what cannot be told by its label is told by its form and place.
/// </summary>
internal sealed class EcgHead
{
    private const int MostLine = 1_000;

    private static readonly SearchValues<char> NumberParts = SearchValues.Create("0123456789.,");

    private readonly List<string> _lines = [];
    private readonly List<(string Label, string Value)> _fields = [];

    /// <summary>As they stand.</summary>
    internal IReadOnlyList<string> Lines => _lines;

    /// <summary>Whose it is.</summary>
    internal string? Name => RecordedAt > 0 && _fields[0].Value.Length > 0 ? _fields[0].Value : null;

    /// <summary>When it began.</summary>
    internal WallTime? Recorded => RecordedAt >= 0 && WallTime.TryParse(_fields[RecordedAt].Value, out var at) ? at : null;

    /// <summary>What the device made of it, in its own words.</summary>
    internal string? Classification => After(1);

    /// <summary>What the person felt, in the words of the phone.</summary>
    internal string? Symptoms => RateAt - RecordedAt > 4 ? After(2) : null;

    /// <summary>The version of the software that classified it.</summary>
    internal string? Software => RateAt - RecordedAt > 3 ? Value(RateAt - 2) : null;

    /// <summary>What recorded it.</summary>
    internal string? Device => RateAt - RecordedAt > 2 ? Value(RateAt - 1) : null;

    /// <summary>The rate as it stands, <c>512 hertz</c>.</summary>
    internal string? RateText => RateAt < 0 ? null : _fields[RateAt].Value;

    /// <summary>Voltages in a second.</summary>
    internal decimal? Rate => RateText is { } text && Number(text) is { } rate && rate is > 1 and < 100_000 ? rate : null;

    /// <summary>The mean pulse, where it says so in English.</summary>
    internal decimal? HeartRate => _fields.Find(it => it.Label.Contains("Heart Rate", StringComparison.OrdinalIgnoreCase)) is { Value: { } text } && Number(text) is { } rate && rate is >= 10 and <= 400 ? rate : null;

    /// <summary>The lead, <c>Lead I</c>.</summary>
    internal string? Lead => RateAt >= 0 && UnitAt > RateAt + 1 ? Value(RateAt + 1) : null;

    /// <summary>The unit of the voltages.</summary>
    internal string? Unit => UnitAt < 0 ? null : _fields[UnitAt].Value;

    private int RecordedAt => _fields.FindIndex(it => WallTime.TryParse(it.Value, out _));

    private int RateAt => _fields.FindIndex(it => Number(it.Value) is not null && (it.Value.Contains("hertz", StringComparison.OrdinalIgnoreCase) || it.Value.Contains("Hz", StringComparison.OrdinalIgnoreCase) || it.Label == "Sample Rate"));

    private int UnitAt => _fields.FindIndex(it => it.Value is "µV" or "μV" or "uV" or "mV");

    /// <summary>Takes a line, <c>Device,"Watch4,2"</c>.</summary>
    internal void Add(ReadOnlySpan<char> line)
    {
        line = line[..Math.Min(line.Length, MostLine)];
        var comma = line.IndexOf(',');
        _lines.Add(AppleText.Clean(line));
        _fields.Add(comma < 0 ? (AppleText.Clean(line), "") : (AppleText.Clean(line[..comma]), AppleText.Clean(line[(comma + 1)..].Trim().Trim('"'))));
    }

    private string? After(int lines) => RecordedAt >= 0 && RateAt > RecordedAt + lines ? Value(RecordedAt + lines) : null;

    private string? Value(int index) => _fields[index].Value is { Length: > 0 } value ? value : null;

    /// <summary>The number at the start of a text, <c>512.844 hertz</c> or <c>512,844 Hertz</c>.</summary>
    private static decimal? Number(string text)
    {
        var end = text.AsSpan().IndexOfAnyExcept(NumberParts);
        var digits = (end < 0 ? text : text[..end]).Replace(',', '.');
        return digits.Length is > 0 and < 20 && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
