using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rapport.Server.Offline;

/// <summary>What a browser is told that installs Rapport as an app: its name, its icons, where it begins. The same for everybody who reads a language; nothing of anybody is in it.</summary>
internal static class AppManifest
{
    /// <summary>The paper of the pages in daylight. A manifest has one colour; what the frame of an open page looks like at night the page says itself.</summary>
    public const string Light = "#f7f5f0", Dark = "#12161b";

    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, string Sizes, string Type, string Purpose)[] Icons =
    [
        ("icon.svg", "any", "image/svg+xml", "any"),
        ("icon-192.png", "192x192", "image/png", "any"),
        ("icon-512.png", "512x512", "image/png", "any"),
        ("icon-full-192.png", "192x192", "image/png", "maskable"),
        ("icon-full-512.png", "512x512", "image/png", "maskable"),
    ];

    /// <summary>The name of the manifest of a language among the site's files.</summary>
    public static string NameOf(SpokenLanguage language) => $"rapport.{language.Code}.webmanifest";

    /// <summary>The manifest of a language.</summary>
    /// <param name="language">Whose words it has.</param>
    /// <param name="href">The address of a file of the site.</param>
    public static byte[] Write(SpokenLanguage language, Func<string, string> href) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject
        {
            ["name"] = "Rapport",
            ["short_name"] = "Rapport",
            ["description"] = OfflineText.ResourceManager.GetString(nameof(OfflineText.AppAbout), language.Culture),
            ["lang"] = language.Code,
            ["dir"] = "ltr",

            // One app, whatever the language and the version.
            ["id"] = "/",
            ["start_url"] = "/",
            ["scope"] = "/",
            ["display"] = "standalone",
            ["background_color"] = Light,
            ["theme_color"] = Light,
            ["categories"] = new JsonArray("health", "medical"),
            ["icons"] = new JsonArray([.. Icons.Select(icon => new JsonObject { ["src"] = href(icon.Name), ["sizes"] = icon.Sizes, ["type"] = icon.Type, ["purpose"] = icon.Purpose })]),
        },
        AsItIs);
}
