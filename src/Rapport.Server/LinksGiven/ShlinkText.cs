using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Server.LinksGiven;

/// <summary>The texts of a link: what is copied, scanned and opened. Secrets.</summary>
internal static class ShlinkText
{
    /// <summary>Where our viewer is. What stands behind the # never reaches a server.</summary>
    public const string Viewer = "/open";

    private const string Start = "shlink:/";

    private static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>shlink:/…</c>; null for a link whose agreement was ended.</summary>
    public static string? Of(GivenLink link)
    {
        if (link.Secret is not { } secret)
        {
            return null;
        }

        var payload = new JsonObject { ["url"] = secret.Url };
        var flags = $"{(link.IsLongTerm ? "L" : "")}{(link.NeedsPasscode ? "P" : "")}{(link.IsDirect ? "U" : "")}";
        if (flags.Length > 0)
        {
            payload["flag"] = flags;
        }

        payload["key"] = Base64Url.EncodeToString(secret.Key);
        if (link.ExpiresAt is { } expires)
        {
            payload["exp"] = expires.ToUnixTimeSeconds();
        }

        payload["label"] = link.Label;
        return Start + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(payload, Short));
    }

    /// <summary>The same behind the address of our viewer, as browsers open it; null for a link whose agreement was ended.</summary>
    public static string? WithViewer(GivenLink link) => Of(link) is { } text ? $"{link.Secret!.Url[..link.Secret.Url.IndexOf(HolderEndpoints.Path + "/", StringComparison.Ordinal)]}{Viewer}#{text}" : null;
}
