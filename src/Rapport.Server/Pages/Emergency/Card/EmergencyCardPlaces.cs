namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>Where the pages about the emergency card are.</summary>
internal static class EmergencyCardPlaces
{
    public const string Home = "/share/emergency-card";

    public const string Edit = Home + "/edit";

    public const string End = Home + "/end";

    /// <summary>The sheet to print, in a language.</summary>
    public static string Paper(string language) => $"{Home}/paper?lang={language}";

    /// <summary>The file for a telephone, in a language.</summary>
    public static string File(string language) => $"{Home}/file?lang={language}";
}
