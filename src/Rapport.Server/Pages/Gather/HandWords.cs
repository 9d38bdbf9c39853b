using Rapport.Gathering;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Gather;

/// <summary>What people measure at home, in plain words with the unit.</summary>
internal static class HandWords
{
    /// <summary><c>Weight (kg)</c>.</summary>
    public static string Of(HandMeasure measure) => $"{MeasurandWords.Of(measure.What)} ({Wording.Unit(measure.UnitText)})";
}
