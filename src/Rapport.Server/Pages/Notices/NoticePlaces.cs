namespace Rapport.Server.Pages.Notices;

/// <summary>Where the pages of notices stand.</summary>
internal static class NoticePlaces
{
    /// <summary>What somebody chose, and the forms on it.</summary>
    public const string Home = "/account/notices", AddDevice = Home + "/devices", RemoveDevice = AddDevice + "/remove", Mail = Home + "/mail", RemoveMail = Mail + "/remove", Trial = Home + "/trial";

    /// <summary>The script that shows notices while no page is open. It stands at the top, so that it is for all pages.</summary>
    public const string Worker = "/sw.js";

    /// <summary>With what just happened.</summary>
    public static string Done(string what) => $"{Home}?done={what}";
}
