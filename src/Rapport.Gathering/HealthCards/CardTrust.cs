using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// The issuers of SMART Health Cards whose signatures an installation checks: their keys and what they took back, as files that the operator put into a folder
/// in the shape in which issuers publish them (<c>HOST/PATH/.well-known/jwks.json</c> and <c>…/.well-known/crl/*.json</c>). Nothing is fetched. Immutable,
/// thread safe.
/// </summary>
public sealed class CardTrust
{
    private const string KeysFile = "jwks.json";
    private const int MostBytes = 4 * 1024 * 1024;
    private const int MostFiles = 10_000;

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, MaxRecursionDepth = 12, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly Dictionary<string, Issuer> _issuers = new(StringComparer.Ordinal);

    private CardTrust()
    {
    }

    /// <summary>No issuer is known.</summary>
    public static CardTrust None { get; } = new();

    /// <summary>What the folder holds. One that is missing knows no issuer; a file that cannot be read, or a key that is not what its name says, is passed over.</summary>
    /// <param name="folder">The operator's folder.</param>
    public static CardTrust Load(string folder)
    {
        var trust = new CardTrust();
        if (!Directory.Exists(folder))
        {
            return trust;
        }

        foreach (var file in Directory.EnumerateFiles(folder, KeysFile, Everywhere).Take(MostFiles))
        {
            var wellKnown = Path.GetDirectoryName(file)!;
            if (Path.GetFileName(wellKnown) == ".well-known")
            {
                var address = Path.GetRelativePath(folder, Path.GetDirectoryName(wellKnown)!).Replace('\\', '/');
                trust._issuers["https://" + address] = new Issuer(KeysOf(file), TakenBackIn(Path.Combine(wellKnown, "crl")));
            }
        }

        return trust;
    }

    /// <summary>Whether an issuer is known, by the URL that its cards name.</summary>
    internal bool Knows(string issuer) => _issuers.ContainsKey(issuer);

    /// <summary>The issuer's key of that name; null when there is none.</summary>
    internal ECParameters? KeyOf(string issuer, string kid) => _issuers[issuer].Keys.TryGetValue(kid, out var key) ? key : null;

    /// <summary>Whether the operator has a list of what was taken back under a key.</summary>
    internal bool HasListOf(string issuer, string kid) => _issuers[issuer].TakenBack.Any(taken => taken.Kid == kid);

    /// <summary>Whether a card was taken back: it alone, or all of its number that were issued before a moment.</summary>
    internal bool IsTakenBack(string issuer, string kid, string? rid, decimal issuedAt) => rid is { Length: > 0 }
        && _issuers[issuer].TakenBack.Any(taken => taken.Kid == kid && taken.Rid == rid && (taken.Before is not { } before || issuedAt < before));

    private static Dictionary<string, ECParameters> KeysOf(string file)
    {
        Dictionary<string, ECParameters> keys = new(StringComparer.Ordinal);
        foreach (var key in Items(file, "keys"))
        {
            if (Text(key, "kty") == "EC" && Text(key, "crv") == "P-256" && Text(key, "x") is { } x && Text(key, "y") is { } y && Text(key, "kid") is { } kid && kid == Thumbprint(x, y)
                && Base64Text.TryDecode(x) is { Length: 32 } xBytes && Base64Text.TryDecode(y) is { Length: 32 } yBytes)
            {
                keys[kid] = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = xBytes, Y = yBytes } };
            }
        }

        return keys;
    }

    /// <summary>The name that a key has by itself: RFC 7638.</summary>
    internal static string Thumbprint(string x, string y) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));

    private static List<TakenBack> TakenBackIn(string folder)
    {
        List<TakenBack> list = [];
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Take(MostFiles) : [])
        {
            if (Parse(file) is not { ValueKind: JsonValueKind.Object } root || Text(root, "kid") is not { } kid || Text(root, "method") != "rid")
            {
                continue;
            }

            // The list itself, so that one that is empty is known to be there.
            list.Add(new TakenBack(kid, "", null));
            foreach (var rid in Items(root, "rids").Where(rid => rid.ValueKind == JsonValueKind.String).Select(rid => rid.GetString()!.Split('.')))
            {
                list.Add(new TakenBack(kid, rid[0], rid.Length > 1 && decimal.TryParse(rid[1], System.Globalization.NumberStyles.None, null, out var before) ? before : null));
            }
        }

        return list;
    }

    private static JsonElement.ArrayEnumerator Items(string file, string name) => Parse(file) is { } root ? Items(root, name) : default;

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Parse(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MostBytes ? JsonElement.Parse(File.ReadAllBytes(file)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private sealed record Issuer(Dictionary<string, ECParameters> Keys, List<TakenBack> TakenBack);

    /// <param name="Kid">The key under which cards were issued.</param>
    /// <param name="Rid">The number that the issuer gave the card for this.</param>
    /// <param name="Before">Seconds since 1970: only cards from before; null for all.</param>
    private sealed record TakenBack(string Kid, string Rid, decimal? Before);
}
