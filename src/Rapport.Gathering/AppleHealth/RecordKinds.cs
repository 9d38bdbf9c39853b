using System.Collections.Frozen;

namespace Rapport.Gathering;

/// <summary>
/// The types of records that HealthKit has, by identifier: <see href="https://developer.apple.com/documentation/healthkit/data_types">data types</see>.
/// </summary>
internal static class RecordKinds
{
    private const string Vital = "vital-signs";
    private const string Activity = "activity";
    private const string Procedure = "procedure";
    private const string QuantityStart = "HKQuantityTypeIdentifier";
    private const string CategoryStart = "HKCategoryTypeIdentifier";

    // Dense ones, by what follows the start.
    private static readonly Dictionary<string, Metric> Dense = new()
    {
        ["HeartRate"] = Metrics.HeartRate,
        ["RestingHeartRate"] = Metrics.RestingHeartRate,
        ["WalkingHeartRateAverage"] = Metrics.WalkingHeartRate,
        ["HeartRateVariabilitySDNN"] = Metrics.HeartRateVariability,
        ["RespiratoryRate"] = Metrics.RespiratoryRate,
        ["OxygenSaturation"] = Metrics.OxygenSaturation,
        ["StepCount"] = Metrics.Steps,
        ["DistanceWalkingRunning"] = Metrics.WalkingDistance,
        ["DistanceCycling"] = Metrics.CyclingDistance,
        ["DistanceSwimming"] = Metrics.SwimmingDistance,
        ["DistanceWheelchair"] = Metrics.WheelchairDistance,
        ["DistanceDownhillSnowSports"] = Metrics.SnowSportsDistance,
        ["DistanceCrossCountrySkiing"] = Metrics.SnowSportsDistance,
        ["DistanceRowing"] = Metrics.RowingDistance,
        ["DistancePaddleSports"] = Metrics.RowingDistance,
        ["DistanceSkatingSports"] = Metrics.SkatingDistance,
        ["PushCount"] = Metrics.WheelchairPushes,
        ["SwimmingStrokeCount"] = Metrics.SwimmingStrokes,
        ["FlightsClimbed"] = Metrics.FlightsClimbed,
        ["ActiveEnergyBurned"] = Metrics.ActiveEnergy,
        ["BasalEnergyBurned"] = Metrics.RestingEnergy,
        ["AppleExerciseTime"] = Metrics.ExerciseTime,
        ["AppleStandTime"] = Metrics.StandTime,
        ["AppleMoveTime"] = Metrics.MoveTime,
        ["WalkingSpeed"] = Metrics.WalkingSpeed,
        ["WalkingStepLength"] = Metrics.StepLength,
        ["WalkingAsymmetryPercentage"] = Metrics.WalkingAsymmetry,
        ["WalkingDoubleSupportPercentage"] = Metrics.DoubleSupport,
        ["StairAscentSpeed"] = Metrics.StairAscentSpeed,
        ["StairDescentSpeed"] = Metrics.StairDescentSpeed,
        ["AppleWalkingSteadiness"] = Metrics.WalkingSteadiness,
        ["RunningSpeed"] = Metrics.RunningSpeed,
        ["RunningPower"] = Metrics.Power,
        ["RunningStrideLength"] = Metrics.RunningStride,
        ["RunningVerticalOscillation"] = Metrics.VerticalOscillation,
        ["RunningGroundContactTime"] = Metrics.GroundContact,
        ["CyclingSpeed"] = Metrics.CyclingSpeed,
        ["CyclingPower"] = Metrics.Power,
        ["CyclingCadence"] = Metrics.Cadence,
        ["CrossCountrySkiingSpeed"] = Metrics.Speed,
        ["PaddleSportsSpeed"] = Metrics.Speed,
        ["RowingSpeed"] = Metrics.Speed,
        ["PhysicalEffort"] = Metrics.PhysicalEffort,
        ["UnderwaterDepth"] = Metrics.UnderwaterDepth,
        ["WaterTemperature"] = Metrics.WaterTemperature,
        ["AppleSleepingWristTemperature"] = Metrics.WristTemperature,
        ["AppleSleepingBreathingDisturbances"] = Metrics.SleepingBreathing,
        ["PeripheralPerfusionIndex"] = Metrics.PerfusionIndex,
        ["ElectrodermalActivity"] = Metrics.SkinConductance,
        ["InhalerUsage"] = Metrics.InhalerUsage,
        ["EnvironmentalAudioExposure"] = Metrics.SoundLevel,
        ["HeadphoneAudioExposure"] = Metrics.HeadphoneLevel,
        ["EnvironmentalSoundReduction"] = Metrics.SoundReduction,
        ["UVExposure"] = Metrics.UvExposure,
        ["TimeInDaylight"] = Metrics.TimeInDaylight,
    };

    private static readonly Dictionary<string, RecordKind> Single = new()
    {
        ["BodyMass"] = SingleKind.Of("weight"),
        ["Height"] = SingleKind.Of("height"),
        ["BodyFatPercentage"] = SingleKind.Of("body-fat", "Body fat"),
        ["LeanBodyMass"] = new SingleKind("Lean body mass", "91557-9", Vital) { LoincName = "Lean body weight" },
        ["WaistCircumference"] = new SingleKind("Waist circumference", null, Vital),
        ["BodyTemperature"] = SingleKind.Of("temperature"),
        ["VO2Max"] = new SingleKind("VO2 max", "94122-9", Activity) { LoincName = "Oxygen consumption (VO2)/Body weight [Volume Rate Content] --peak during exercise" },
        ["HeartRateRecoveryOneMinute"] = new SingleKind("Recovery of the heart rate in one minute", null, Activity),
        ["AtrialFibrillationBurden"] = new SingleKind("Share of time in atrial fibrillation", null, Vital),
        ["PeakExpiratoryFlowRate"] = SingleKind.Of("peak-flow", "Peak expiratory flow"),
        ["ForcedVitalCapacity"] = new SingleKind("Forced vital capacity", null, Procedure),
        ["ForcedExpiratoryVolume1"] = new SingleKind("Forced expiratory volume in 1 second", "20150-9", Procedure) { LoincName = "FEV1" },
        ["SixMinuteWalkTestDistance"] = new SingleKind("Distance of six minutes' walk", null, Activity),
        ["NumberOfTimesFallen"] = new SingleKind("Falls", null, Activity),
        ["CyclingFunctionalThresholdPower"] = new SingleKind("Functional threshold power", null, Activity),
        ["WorkoutEffortScore"] = new SingleKind("Effort of a workout", null, Activity),
        ["EstimatedWorkoutEffortScore"] = new SingleKind("Estimated effort of a workout", null, Activity),
        ["NikeFuel"] = new SingleKind("NikeFuel", null, Activity),
        ["BodyMassIndex"] = SingleKind.Of("bmi", "Body mass index") with { CountIs = "kg/m2" },
        ["BasalBodyTemperature"] = new SingleKind("Basal body temperature", null, Vital, "SEX"),
        ["BloodAlcoholContent"] = new SingleKind("Alcohol in blood", null, "laboratory", "ETHUD"),
        ["NumberOfAlcoholicBeverages"] = new SingleKind("Alcoholic drinks", null, "social-history", "ETHUD"),
        ["BloodGlucose"] = new GlucoseKind(),
        ["InsulinDelivery"] = new InsulinKind(),
        ["BloodPressureSystolic"] = new BloodPressureKind(IsSystolic: true),
        ["BloodPressureDiastolic"] = new BloodPressureKind(IsSystolic: false),
    };

    private static readonly Dictionary<string, RecordKind> Category = new()
    {
        ["SleepAnalysis"] = new SleepKind(),
        ["AppleStandHour"] = new StandHourKind(),
        ["MindfulSession"] = new SessionKind(Metrics.MindfulTime),
        ["ToothbrushingEvent"] = new SessionKind(Metrics.ToothbrushingTime),
        ["HandwashingEvent"] = new SessionKind(Metrics.HandwashingTime),
        ["HighHeartRateEvent"] = Event("High heart rate"),
        ["LowHeartRateEvent"] = Event("Low heart rate"),
        ["IrregularHeartRhythmEvent"] = Event("Irregular heart rhythm"),
        ["LowCardioFitnessEvent"] = Event("Low cardio fitness"),
        ["AppleWalkingSteadinessEvent"] = Event("Unsteady walking"),
        ["AudioExposureEvent"] = Event("Loud sound around"),
        ["EnvironmentalAudioExposureEvent"] = Event("Loud sound around"),
        ["HeadphoneAudioExposureEvent"] = Event("Loud headphones"),
        ["SleepApneaEvent"] = Event("Possible sleep apnea"),
        ["HypertensionEvent"] = Event("Possible hypertension"),
        ["MenstrualFlow"] = Reproductive("Menstrual flow"),
        ["IntermenstrualBleeding"] = Reproductive("Bleeding between periods"),
        ["CervicalMucusQuality"] = Reproductive("Quality of cervical mucus"),
        ["OvulationTestResult"] = Reproductive("Ovulation test"),
        ["SexualActivity"] = Reproductive("Sexual activity"),
        ["Contraceptive"] = Reproductive("Contraceptive"),
        ["Pregnancy"] = Reproductive("Pregnancy"),
        ["PregnancyTestResult"] = Reproductive("Pregnancy test"),
        ["ProgesteroneTestResult"] = Reproductive("Progesterone test"),
        ["Lactation"] = Reproductive("Lactation"),
        ["InfrequentMenstrualCycles"] = Reproductive("Infrequent periods"),
        ["IrregularMenstrualCycles"] = Reproductive("Irregular periods"),
        ["PersistentIntermenstrualBleeding"] = Reproductive("Persistent bleeding between periods"),
        ["ProlongedMenstrualPeriods"] = Reproductive("Prolonged periods"),
        ["BleedingDuringPregnancy"] = Reproductive("Bleeding during pregnancy"),
        ["BleedingAfterPregnancy"] = Reproductive("Bleeding after pregnancy"),
        ["VaginalDryness"] = Reproductive("Vaginal dryness"),
        ["AbdominalCramps"] = Symptom("Abdominal cramps"),
        ["Acne"] = Symptom("Acne", "11381005"),
        ["AppetiteChanges"] = Symptom("Changes of appetite"),
        ["BladderIncontinence"] = Symptom("Bladder incontinence"),
        ["Bloating"] = Symptom("Bloating"),
        ["BreastPain"] = Symptom("Breast pain", "53430007"),
        ["ChestTightnessOrPain"] = Symptom("Chest tightness or pain"),
        ["Chills"] = Symptom("Chill", "43724002"),
        ["Constipation"] = Symptom("Constipation", "14760008"),
        ["Coughing"] = Symptom("Cough", "49727002"),
        ["Diarrhea"] = Symptom("Diarrhea", "62315008"),
        ["Dizziness"] = Symptom("Dizziness", "404640003"),
        ["DrySkin"] = Symptom("Dry skin", "16386004"),
        ["Fainting"] = Symptom("Fainting"),
        ["Fatigue"] = Symptom("Fatigue", "84229001"),
        ["Fever"] = Symptom("Fever", "386661006"),
        ["GeneralizedBodyAche"] = Symptom("Generalized body ache"),
        ["HairLoss"] = Symptom("Hair loss"),
        ["Headache"] = Symptom("Headache", "25064002"),
        ["Heartburn"] = Symptom("Heartburn", "16331000"),
        ["HotFlashes"] = Symptom("Hot flashes"),
        ["LossOfSmell"] = Symptom("Loss of smell"),
        ["LossOfTaste"] = Symptom("Loss of taste"),
        ["LowerBackPain"] = Symptom("Low back pain", "279039007"),
        ["MemoryLapse"] = Symptom("Memory lapse"),
        ["MoodChanges"] = Symptom("Changes of mood"),
        ["Nausea"] = Symptom("Nausea", "422587007"),
        ["NightSweats"] = Symptom("Night sweats", "42984000"),
        ["PelvicPain"] = Symptom("Pelvic pain"),
        ["RapidPoundingOrFlutteringHeartbeat"] = Symptom("Palpitations", "80313002"),
        ["RunnyNose"] = Symptom("Runny nose"),
        ["ShortnessOfBreath"] = Symptom("Dyspnea", "267036007"),
        ["SinusCongestion"] = Symptom("Sinus congestion"),
        ["SkippedHeartbeat"] = Symptom("Skipped heartbeat"),
        ["SleepChanges"] = Symptom("Changes of sleep"),
        ["SoreThroat"] = Symptom("Sore throat"),
        ["Vomiting"] = Symptom("Vomiting", "422400008"),
        ["Wheezing"] = Symptom("Wheezing", "56018004"),
    };

    private static readonly FrozenDictionary<string, RecordKind> All = Dense
        .Select(metric => KeyValuePair.Create(QuantityStart + metric.Key, (RecordKind)new SeriesKind(metric.Value)))
        .Concat(DietMetrics.All.Select(metric => KeyValuePair.Create($"{QuantityStart}Dietary{metric.Key}", (RecordKind)new SeriesKind(metric.Value))))
        .Concat(Single.Select(kind => KeyValuePair.Create(QuantityStart + kind.Key, kind.Value)))
        .Concat(Category.Select(kind => KeyValuePair.Create(CategoryStart + kind.Key, kind.Value)))
        .ToFrozenDictionary();

    /// <summary>What becomes of records of this type; null for one that is not known.</summary>
    internal static RecordKind? Find(ReadOnlySpan<char> type) => All.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(type, out var kind) ? kind : null;

    // What a person notices and writes down.
    private static CategoryKind Symptom(string display, string? snomed = null) => new(display, snomed, "survey");

    private static CategoryKind Reproductive(string display) => new(display, null, "survey", "SEX");

    private static CategoryKind Event(string display) => new($"{display}, noticed by the device", null, Activity);
}
