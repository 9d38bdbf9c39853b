using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Electrocardiograms as Apple's export has them: a file of comma-separated lines each, first what is known of it, in the language of the phone, then a
/// voltage on each line, with the decimal point of that language. All of the waveform becomes <c>SampledData</c>.
/// </summary>
internal static class Electrocardiogram
{
    private const int MostHead = 40;
    private const int MostText = 1_000;

    // FHIR's strings end at 1 MiB.
    private const int MostData = 1024 * 1024;

    // The codes by which FHIR's own example of an electrocardiogram names its leads (ISO/IEEE 11073-10101).
    private const string Mdc = "urn:oid:2.16.840.1.113883.6.24";

    private static readonly Dictionary<string, string> Units = new() { ["µV"] = "uV", ["μV"] = "uV", ["uV"] = "uV", ["mV"] = "mV" };

    /// <summary>Whether a file that begins so is an electrocardiogram.</summary>
    internal static bool Recognises(ReadOnlySpan<byte> start) => Encoding.UTF8.GetString(start[..Math.Min(start.Length, 4_096)]) is var text
        && (text.Contains("µV", StringComparison.Ordinal) || text.Contains("μV", StringComparison.Ordinal) || text.Contains("Sample Rate,", StringComparison.Ordinal));

    /// <summary>Takes a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="harvest">Where it goes.</param>
    internal static void Take(byte[] file, string name, Harvest harvest)
    {
        var head = new EcgHead();
        var data = new StringBuilder();
        var (samples, line) = (0, 0);
        foreach (var raw in Encoding.UTF8.GetString(file).AsSpan().EnumerateLines())
        {
            line++;
            var text = raw.Trim().TrimStart('\uFEFF');
            if (text.IsEmpty)
            {
                continue;
            }

            if (Voltage(text) is { } voltage)
            {
                data.Append(samples++ == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{voltage}");
            }
            else if (samples == 0 && head.Lines.Count < MostHead)
            {
                head.Add(text);
            }
            else
            {
                harvest.Damaged($"line {line}", "there is something else than a voltage among the voltages of this electrocardiogram");
                return;
            }

            if (data.Length > MostData)
            {
                harvest.Skip("electrocardiogram", NotTakenReason.TooLarge, $"line {line}");
                return;
            }
        }

        Add(head, data.ToString(), samples, name, harvest);
    }

    private static void Add(EcgHead head, string data, int samples, string name, Harvest harvest)
    {
        if (head.Recorded is not { } at)
        {
            harvest.Skip("electrocardiogram", NotTakenReason.NoTime, "line 1");
            return;
        }

        if (samples == 0 || head.Rate is not { } rate || head.Unit is null || !Units.TryGetValue(head.Unit, out var unit))
        {
            harvest.Skip("electrocardiogram", samples == 0 || head.Rate is null ? NotTakenReason.NoValue : NotTakenReason.UnknownUnit, "line 1");
            return;
        }

        harvest.About ??= head.Name is { } person ? new PersonNamed(person, null) : null;
        if (harvest.About is { Name: null, BirthDate: var birthDate } && head.Name is { } known)
        {
            harvest.About = new PersonNamed(known, birthDate);
        }

        var period = Math.Round(1000 / rate, 9);
        var end = at with { Utc = at.Utc + (long)(samples * period) };
        var device = AppleText.Clean($"{head.Device}");
        var code = R4.Concept("Electrocardiogram", R4.Coding(R4.Loinc, "11524-6", "EKG study"), R4.Coding(Mdc, "131328", "MDC_ECG_ELEC_POTL"), AppleCode.Coding("HKDataTypeIdentifierElectrocardiogram"));
        var observation = Sighting.New(code, "procedure", device, at, end, wasTyped: false);
        observation.With("valueString", head.Classification);
        observation["component"] = new JsonArray([Waveform(head, data, period, unit), .. Details(head)]);
        harvest.Add($"ecg\n{at.Fhir}\n{device}\n{samples}", observation, new Provenance
        {
            Path = name,
            Line = 1,
            Excerpt = string.Join('\n', head.Lines),
            Converted = [$"`{head.RateText}` became {period.ToString(CultureInfo.InvariantCulture)} ms from one voltage to the next; all {samples} voltages are kept as they are"],
        });
    }

    private static JsonObject Waveform(EcgHead head, string data, decimal period, string unit) => new()
    {
        ["code"] = (head.Lead ?? "").EndsWith(" I", StringComparison.Ordinal) || head.Lead is null or "I"
            ? R4.Concept(head.Lead ?? "Lead I", R4.Coding(Mdc, "131329", "MDC_ECG_ELEC_POTL_I"))
            : R4.Concept(head.Lead),
        ["valueSampledData"] = new JsonObject { ["origin"] = R4.Quantity(0, head.Unit, unit), ["period"] = period, ["dimensions"] = 1, ["data"] = data },
    };

    private static IEnumerable<JsonNode> Details(EcgHead head)
    {
        if (head.Symptoms is { } symptoms)
        {
            yield return Text("Symptoms", symptoms);
        }

        if (head.HeartRate is { } rate)
        {
            yield return new JsonObject { ["code"] = AppleCode.Of("Heart rate", "8867-4", null), ["valueQuantity"] = R4.Quantity(rate, "beats/min", "/min") };
        }

        if (head.Software is { } software)
        {
            yield return Text("Version of the software that classified", software);
        }
    }

    private static JsonObject Text(string code, string value) => new() { ["code"] = R4.Concept(code), ["valueString"] = value[..Math.Min(value.Length, MostText)] };

    /// <summary>A voltage with the decimal point or comma of any language; null when the line is none.</summary>
    private static decimal? Voltage(ReadOnlySpan<char> line)
    {
        line = line.Trim('"');
        if (line.Length > 30)
        {
            return null;
        }

        Span<char> plain = stackalloc char[line.Length];
        for (var i = 0; i < line.Length; i++)
        {
            plain[i] = line[i] switch { ',' => '.', '\u2212' => '-', var c => c };
        }

        return AppleNumber.TryDecimal(plain, out var value) && Math.Abs(value) < 1_000_000 ? value : null;
    }
}
