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

    private readonly Lazy<Dictionary<string, Issuer>> _issuers;

    private CardTrust(Func<Dictionary<string, Issuer>> read) => _issuers = new(read);

    /// <summary>No issuer is known.</summary>
    public static CardTrust None { get; } = new(() => []);

    /// <summary>What the folder holds when it is first asked about a card. One that is missing knows no issuer; a file that cannot be read, or a key that is not what its name says, is passed over.</summary>
    /// <param name="folder">The operator's folder.</param>
    public static CardTrust Load(string folder) => new(() => Read(folder));

    /// <summary>Whether an issuer is known, by the URL that its cards name.</summary>
    internal bool Knows(string issuer) => _issuers.Value.ContainsKey(issuer);

    /// <summary>The issuer's key of that name; null when there is none.</summary>
    internal ECParameters? KeyOf(string issuer, string kid) => _issuers.Value[issuer].Keys.TryGetValue(kid, out var key) ? key : null;

    /// <summary>Whether the operator has a list of what was taken back under a key.</summary>
    internal bool HasListOf(string issuer, string kid) => _issuers.Value[issuer].TakenBack.Any(taken => taken.Kid == kid);

    /// <summary>Whether a card was taken back: it alone, or all of its number that were issued before a moment.</summary>
    internal bool IsTakenBack(string issuer, string kid, string? rid, decimal issuedAt) => rid is { Length: > 0 }
        && _issuers.Value[issuer].TakenBack.Any(taken => taken.Kid == kid && taken.Rid == rid && (taken.Before is not { } before || issuedAt < before));

    private static Dictionary<string, Issuer> Read(string folder)
    {
        Dictionary<string, Issuer> issuers = new(StringComparer.Ordinal);
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, KeysFile, Everywhere).Take(MostFiles) : [])
        {
            var wellKnown = Path.GetDirectoryName(file)!;
            if (Path.GetFileName(wellKnown) == ".well-known")
            {
                var address = Path.GetRelativePath(folder, Path.GetDirectoryName(wellKnown)!).Replace('\\', '/');
                issuers["https://" + address] = new Issuer(Parse(file, KeysOf) ?? [], TakenBackIn(Path.Combine(wellKnown, "crl")));
            }
        }

        return issuers;
    }

    private static Dictionary<string, ECParameters> KeysOf(JsonElement root)
    {
        Dictionary<string, ECParameters> keys = new(StringComparer.Ordinal);
        foreach (var key in Items(root, "keys"))
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

    private static List<TakenBack> TakenBackIn(string folder) =>
        [.. (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Take(MostFiles) : []).SelectMany(file => Parse(file, TakenBackOf) ?? [])];

    private static List<TakenBack> TakenBackOf(JsonElement root)
    {
        if (Text(root, "kid") is not { } kid || Text(root, "method") != "rid")
        {
            return [];
        }

        // The list itself, so that one that is empty is known to be there.
        List<TakenBack> list = [new TakenBack(kid, "", null)];
        foreach (var rid in Items(root, "rids").Select(TextOf).OfType<string>().Select(rid => rid.Split('.')))
        {
            list.Add(new TakenBack(kid, rid[0], rid.Length > 1 && decimal.TryParse(rid[1], System.Globalization.NumberStyles.None, null, out var before) ? before : null));
        }

        return list;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? TextOf(value) : null;

    /// <summary>Null for what is no text, and for text with half a character in it, which is found only as it is taken.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What a file says; null when it cannot be read: names of properties too are looked at only as they are asked for.</summary>
    private static T? Parse<T>(string file, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            return new FileInfo(file).Length <= MostBytes ? read(JsonElement.Parse(File.ReadAllBytes(file))) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
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
