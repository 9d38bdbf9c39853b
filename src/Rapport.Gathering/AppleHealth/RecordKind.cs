namespace Rapport.Gathering;

/// <summary>What becomes of the records of one type.</summary>
internal abstract record RecordKind
{
    /// <summary>Takes a record, or names it as not taken.</summary>
    internal abstract void Take(AppleElement record, AppleExport export);
}

/// <summary>Dense measurements: points of a series.</summary>
internal sealed record SeriesKind(Metric Metric) : RecordKind
{
    internal override void Take(AppleElement record, AppleExport export) => export.AddPoint(Metric, record);
}

/// <summary>Measurements made now and then: an Observation each, in the unit of the source.</summary>
/// <param name="Display">English name.</param>
/// <param name="Loinc">LOINC code; null where LOINC has none that fits.</param>
/// <param name="Category">Code of <c>observation-category</c>.</param>
/// <param name="Label">Code of the sensitive kind it belongs to; null for none.</param>
internal sealed record SingleKind(string Display, string? Loinc, string Category, string? Label = null) : RecordKind
{
    /// <summary>LOINC's own name; null when it is the English name.</summary>
    internal string? LoincName { get; init; }

    /// <summary>The unit that is meant where the source only says <c>count</c>; null where it is a count.</summary>
    internal string? CountIs { get; init; }

    /// <summary>Records of what has one code in all its units.</summary>
    /// <param name="measurand">Its name.</param>
    /// <param name="display">English name; null for LOINC's own.</param>
    internal static SingleKind Of(string measurand, string? display = null)
    {
        var known = Measurand.Named(measurand);
        return new SingleKind(display ?? known.Display, known.Loinc, known.Category) { LoincName = known.Display };
    }

    internal override void Take(AppleElement record, AppleExport export)
    {
        if (export.Begin(record) is not { } about)
        {
            return;
        }

        if (AppleQuantity.Of(record, CountIs, export, out var converted) is not { } quantity)
        {
            return;
        }

        var observation = about.New(AppleCode.Of(Display, Loinc, about.Type, LoincName), Category, Label);
        observation["valueQuantity"] = quantity;
        about.Add(observation, record["value"]!, converted);
    }
}

/// <summary>Blood glucose: a point of a series, or, where the person said how it stood to a meal, an Observation that says so.</summary>
internal sealed record GlucoseKind : RecordKind
{
    internal override void Take(AppleElement record, AppleExport export)
    {
        var meal = record.Metadata("HKBloodGlucoseMealTime") switch { "1" => "Before a meal", "2" => "After a meal", _ => null };
        if (meal is null)
        {
            export.AddPoint(Metrics.Glucose, record);
            return;
        }

        if (export.Begin(record) is not { } about || AppleQuantity.Of(record, null, export, out var converted) is not { } quantity)
        {
            return;
        }

        // Other units of mass go by the code of mass.
        var glucose = Measurand.Find("glucose", quantity["code"]?.GetValue<string>()) ?? Measurand.Named("glucose");
        var observation = about.New(AppleCode.Of("Blood glucose", glucose.Loinc, about.Type, glucose.Display), glucose.Category, null);
        observation["valueQuantity"] = quantity;
        observation["component"] = R4.List(new System.Text.Json.Nodes.JsonObject { ["code"] = AppleCode.Of("Time in relation to a meal", null, "HKBloodGlucoseMealTime"), ["valueCodeableConcept"] = R4.Concept(meal) });
        about.Add(observation, record["value"]!, converted);
    }
}

/// <summary>Insulin: a series for what is given all the time, one for what is given at once.</summary>
internal sealed record InsulinKind : RecordKind
{
    internal override void Take(AppleElement record, AppleExport export) => export.AddPoint(
        record.Metadata("HKInsulinDeliveryReason") switch { "1" => Metrics.BasalInsulin, "2" => Metrics.BolusInsulin, _ => Metrics.Insulin }, record);
}

/// <summary>Half of a blood pressure; both halves become one Observation.</summary>
internal sealed record BloodPressureKind(bool IsSystolic) : RecordKind
{
    internal override void Take(AppleElement record, AppleExport export) => export.BloodPressures.Add(record, IsSystolic, isMember: false);
}

/// <summary>A stretch of sleep; all of a night become one Observation, and each is a point of its stage's series.</summary>
internal sealed record SleepKind : RecordKind
{
    internal override void Take(AppleElement record, AppleExport export) => export.Sleep.Add(record);
}

/// <summary>Something that took a while, whose minutes are points of a series.</summary>
internal sealed record SessionKind(Metric Metric) : RecordKind
{
    internal override void Take(AppleElement record, AppleExport export)
    {
        if (export.Begin(record) is { } about)
        {
            export.AddPoint(Metric, about.Device, about.Start, about.End, (about.End.Utc - about.Start.Utc) / 60_000.0, record.Line);
        }
    }
}

/// <summary>Whether the person stood in an hour: 1 or 0 in a series.</summary>
internal sealed record StandHourKind : RecordKind
{
    internal override void Take(AppleElement record, AppleExport export)
    {
        double? stood = record["value"] switch { "HKCategoryValueAppleStandHourStood" => 1, "HKCategoryValueAppleStandHourIdle" => 0, _ => null };
        if (stood is null)
        {
            export.Skip(record, Records.NotTakenReason.NoValue);
        }
        else if (export.Begin(record) is { } about)
        {
            export.AddPoint(Metrics.StandHours, about.Device, about.Start, about.End, stood.Value, record.Line);
        }
    }
}

/// <summary>Something that is the case or not, or has one of a few values: an Observation with the value in words.</summary>
/// <param name="Display">English name.</param>
/// <param name="Snomed">SNOMED CT code; null where none is known to fit.</param>
/// <param name="Category">Code of <c>observation-category</c>.</param>
/// <param name="Label">Code of the sensitive kind it belongs to; null for none.</param>
internal sealed record CategoryKind(string Display, string? Snomed, string Category, string? Label = null) : RecordKind
{
    /// <summary>Metadata that belongs to what is said: the key, what it means, and whether it is yes or no.</summary>
    private static readonly (string Key, string Display, bool IsFlag)[] Details =
    [
        ("HKMenstrualCycleStart", "Start of a cycle", true),
        ("HKSexualActivityProtectionUsed", "Protection used", true),
        ("HKHeartRateEventThreshold", "Threshold", false),
        ("HKAudioExposureLevel", "Sound level", false),
        ("HKVO2MaxValue", "VO2 max", false),
        ("HKLowCardioFitnessEventThreshold", "Threshold", false),
        ("HKMetadataKeyHeadphoneGain", "Gain of headphones", false),
        ("HKAppleWalkingSteadinessValue", "Walking steadiness", false),
    ];

    internal override void Take(AppleElement record, AppleExport export)
    {
        if (export.Begin(record) is not { } about)
        {
            return;
        }

        var code = Snomed is { } snomed
            ? R4.Concept(Display, R4.Coding(R4.Snomed, snomed, Display), AppleCode.Coding(about.Type))
            : AppleCode.Of(Display, null, about.Type);
        var observation = about.New(code, Category, Label).With("valueCodeableConcept", AppleValues.Of(record["value"]));
        var details = new System.Text.Json.Nodes.JsonArray();
        foreach (var (key, display, isFlag) in Details)
        {
            if (record.Metadata(key) is { } value)
            {
                details.Add((System.Text.Json.Nodes.JsonNode)AppleQuantity.Detail(AppleCode.Of(display, null, key), value, isFlag));
            }
        }

        observation.With("component", details);
        about.Add(observation, record["value"] ?? "", []);
    }
}
