using Rapport.People;

namespace Rapport.Server.Pages.Emergency;

/// <summary>What was found of an opening, in words.</summary>
internal static class EmergencyWords
{
    public static string Of(EmergencyVerdict verdict) => verdict switch
    {
        EmergencyVerdict.Justified => EmergencyText.Justified,
        EmergencyVerdict.NotNeeded => EmergencyText.NotNeeded,
        _ => EmergencyText.Misuse,
    };
}
