namespace Rapport.Server.SignIn;

/// <summary>A browser and its system in two words: all that a list of sessions or passkeys needs. Kept in English, and said in the language of whoever reads.</summary>
internal static class DeviceName
{
    private const string On = " on ", Unknown = "A browser";

    private static readonly string[] Browsers = ["Edg", "OPR", "Firefox", "Chrome", "Safari"];
    private static readonly string[] Systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];

    /// <summary>What a browser says of itself, in short: <c>Chrome on Linux</c>.</summary>
    public static string Of(HttpContext http)
    {
        var userAgent = http.Request.Headers.UserAgent.ToString();
        var browser = Array.Find(Browsers, name => userAgent.Contains(name, StringComparison.Ordinal)) ?? Unknown;
        var system = Array.Find(Systems, name => userAgent.Contains(name, StringComparison.Ordinal));
        return (browser switch { "Edg" => "Edge", "OPR" => "Opera", _ => browser }) + (system is null ? "" : On + system);
    }

    /// <summary>The same in the reader's language. What somebody called a device themself stays as it is.</summary>
    public static string Say(string kept)
    {
        var parts = kept.Split(On);
        var browser = parts[0] == Unknown ? SignInText.ABrowser : parts[0];
        return parts is [_, var system] && Systems.Contains(system) ? Language.Say.Fill(SignInText.BrowserOn, browser, system) : parts.Length == 1 ? browser : kept;
    }
}
