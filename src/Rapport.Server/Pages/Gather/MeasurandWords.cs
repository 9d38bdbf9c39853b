using System.Collections.Frozen;
using Rapport.Gathering;

namespace Rapport.Server.Pages.Gather;

/// <summary>What is measured (<see cref="Measurand.Name"/>), in plain words.</summary>
internal static class MeasurandWords
{
    private static readonly FrozenDictionary<string, Func<string>> Words = new Dictionary<string, Func<string>>
    {
        [DeviceMeasure.BloodPressure] = () => MeasurandText.BloodPressure,
        ["systolic"] = () => MeasurandText.Systolic,
        ["diastolic"] = () => MeasurandText.Diastolic,
        ["pulse"] = () => MeasurandText.Pulse,
        ["oxygen"] = () => MeasurandText.Oxygen,
        ["temperature"] = () => MeasurandText.Temperature,
        ["respiratory-rate"] = () => MeasurandText.RespiratoryRate,
        ["peak-flow"] = () => MeasurandText.PeakFlow,
        ["weight"] = () => MeasurandText.Weight,
        ["height"] = () => MeasurandText.Height,
        ["bmi"] = () => MeasurandText.Bmi,
        ["body-fat"] = () => MeasurandText.BodyFat,
        ["waist"] = () => MeasurandText.Waist,
        ["glucose"] = () => MeasurandText.Glucose,
        ["interstitial-glucose"] = () => MeasurandText.InterstitialGlucose,
        ["hba1c"] = () => MeasurandText.Hba1c,
        ["cholesterol"] = () => MeasurandText.Cholesterol,
        ["hdl"] = () => MeasurandText.Hdl,
        ["ldl"] = () => MeasurandText.Ldl,
        ["triglycerides"] = () => MeasurandText.Triglycerides,
        ["creatinine"] = () => MeasurandText.Creatinine,
        ["urate"] = () => MeasurandText.Urate,
        ["potassium"] = () => MeasurandText.Potassium,
        ["sodium"] = () => MeasurandText.Sodium,
        ["hemoglobin"] = () => MeasurandText.Hemoglobin,
        ["tsh"] = () => MeasurandText.Tsh,
        ["crp"] = () => MeasurandText.Crp,
        ["inr"] = () => MeasurandText.Inr,
    }.ToFrozenDictionary();

    /// <summary>The words; null for what is no measurand.</summary>
    public static string? Find(string name) => Words.TryGetValue(name, out var words) ? words() : null;

    /// <summary>The words; the short name itself for one without words.</summary>
    public static string Of(string name) => Find(name) ?? name;
}
