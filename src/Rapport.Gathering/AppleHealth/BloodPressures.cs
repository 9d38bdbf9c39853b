using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Pairs systolic and diastolic pressures of one moment and source. Each stands in an export by itself and, mostly, once more in a correlation: the
/// same value twice is one.
/// </summary>
internal sealed class BloodPressures(AppleExport export)
{
    private const string Systolic = "HKQuantityTypeIdentifierBloodPressureSystolic";
    private const string Diastolic = "HKQuantityTypeIdentifierBloodPressureDiastolic";
    private const int MostHalves = 200_000;
    private const int MostExcerpt = 500;

    private readonly Dictionary<(string Device, WallTime Start), Reading> _readings = [];
    private int _halves;

    internal void Add(AppleElement record, bool isSystolic, bool isMember)
    {
        if (export.Begin(record) is not { } about || AppleQuantity.Of(record, null, export, out _) is null || !AppleNumber.TryDecimal(record["value"], out var value))
        {
            return;
        }

        if (!_readings.TryGetValue((about.Device, about.Start), out var reading))
        {
            _readings[(about.Device, about.Start)] = reading = new Reading(about.Device, about.Start, about.End, record.WasTyped);
        }

        var half = isSystolic ? reading.Systolic : reading.Diastolic;
        if (half.Find(other => other.IsMember != isMember && !other.IsPaired && other.Value == value) is { } same)
        {
            same.IsPaired = true;
            export.Skip(record, NotTakenReason.Repeated);
            return;
        }

        var excerpt = record.Excerpt();
        half.Add(new Half(value, record["unit"]!, record.Line, excerpt.Length > MostExcerpt ? excerpt[..MostExcerpt] : excerpt, isMember));
        if (++_halves > MostHalves || half.Count > 100)
        {
            throw TooMuch.Of("the export has more blood pressures than are read at once");
        }
    }

    /// <summary>Makes an Observation of each pair, and of each half that stays alone.</summary>
    internal void Finish()
    {
        foreach (var reading in _readings.Values)
        {
            for (var i = 0; i < Math.Max(reading.Systolic.Count, reading.Diastolic.Count); i++)
            {
                Add(reading, reading.Systolic.ElementAtOrDefault(i), reading.Diastolic.ElementAtOrDefault(i));
            }
        }

        _readings.Clear();
    }

    private void Add(Reading reading, Half? systolic, Half? diastolic)
    {
        var code = AppleCode.Of("Blood pressure", MeasuredObservation.PressureLoinc, "HKCorrelationTypeIdentifierBloodPressure", MeasuredObservation.PressureDisplay);
        var observation = Sighting.New(code, "vital-signs", reading.Device, reading.Start, reading.End, reading.WasTyped);
        observation["component"] = new JsonArray(Component(Measurand.Systolic, Systolic, systolic), Component(Measurand.Diastolic, Diastolic, diastolic));
        export.Harvest.Add($"blood-pressure\n{reading.Device}\n{reading.Start.Fhir}\n{systolic?.Value}/{diastolic?.Value}", observation, new Provenance
        {
            Line = systolic?.Line ?? diastolic?.Line,
            Path = systolic is null ? Diastolic : Systolic,
            Excerpt = $"{systolic?.Excerpt}\n{diastolic?.Excerpt}".Trim(),
        });
    }

    private static JsonObject Component(string measurand, string type, Half? half)
    {
        var known = Measurand.Named(measurand);
        var component = new JsonObject { ["code"] = AppleCode.Of(known.Display, known.Loinc, type) };
        if (half is null)
        {
            component["dataAbsentReason"] = R4.Concept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown");
        }
        else
        {
            component["valueQuantity"] = AppleQuantity.With(half.Value, half.Unit, AppleUnit.Find(half.Unit)!, out _);
        }

        return component;
    }

    private sealed record Reading(string Device, WallTime Start, WallTime End, bool WasTyped)
    {
        internal List<Half> Systolic { get; } = [];

        internal List<Half> Diastolic { get; } = [];
    }

    private sealed record Half(decimal Value, string Unit, long Line, string Excerpt, bool IsMember)
    {
        /// <summary>Whether it came both by itself and in a correlation.</summary>
        internal bool IsPaired { get; set; }
    }
}
