using System.Collections.Frozen;
using Rapport.Gathering;

namespace Rapport.Server.Pages.Gather;

/// <summary>What people measure at home, in plain words with the unit.</summary>
internal static class HandWords
{
    private static readonly FrozenDictionary<string, Func<string>> Words = new Dictionary<string, Func<string>>
    {
        ["85354-9"] = () => HandText.BloodPressure,
        ["29463-7"] = () => HandText.Weight,
        ["2339-0"] = () => HandText.BloodSugar,
        ["15074-8"] = () => HandText.BloodSugar,
        ["8310-5"] = () => HandText.Temperature,
        ["8867-4"] = () => HandText.Pulse,
        ["59408-5"] = () => HandText.Oxygen,
        ["8302-2"] = () => HandText.Height,
        ["19935-6"] = () => HandText.PeakFlow,
    }.ToFrozenDictionary();

    /// <summary><c>Weight (kg)</c>.</summary>
    public static string Of(HandMeasure measure) => $"{Words[measure.Loinc]()} ({measure.UnitText})";
}
