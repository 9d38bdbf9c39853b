using System.Security.Cryptography;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>Why a text is no SMART Health Link that can be opened.</summary>
public enum HealthLinkMistake
{
    /// <summary>It is something else.</summary>
    None,

    /// <summary>It begins like one; what follows was cut off or changed.</summary>
    Damaged,

    /// <summary>It is of a later version of the specification.</summary>
    LaterVersion,
}

/// <summary>
/// A SMART Health Link (HL7 SMART Health Cards and Links, STU 1): where files are, and the key that opens them. Whoever has its text has the files, so it is kept
/// nowhere, and nothing tells its address or key. Immutable, thread safe.
/// </summary>
public sealed class HealthLink
{
    /// <summary>The longest text that is read.</summary>
    public const int MostText = 16 * 1024;

    private const string Start = "shlink:/";
    private const int MostAddress = 2048;
    private const int MostLabel = 80;
    private const int KeyLength = 32;

    // Seconds of the years 1 to 9999.
    private const decimal LeastTime = -62_135_596_800, MostTime = 253_402_300_799;

    private readonly string _flags;

    private HealthLink(Uri address, byte[] key, string flags) => (Address, Key, _flags) = (address, key, flags);

    /// <summary>Where its manifest is, or its one file. A secret.</summary>
    public Uri Address { get; }

    /// <summary>The name of the server that has its files.</summary>
    public string Host => Address.IdnHost;

    /// <summary>When it ends; null when it does not say.</summary>
    public DateTimeOffset? Expires { get; private init; }

    /// <summary>What it is called by who made it, at most 80 letters; null when it is not, or when the name would give the secret away.</summary>
    public string? Label { get; private init; }

    /// <summary>Whether a passcode is needed (flag <c>P</c>).</summary>
    public bool NeedsPasscode => _flags.Contains('P', StringComparison.Ordinal);

    /// <summary>Whether it leads to one file without a manifest (flag <c>U</c>).</summary>
    public bool IsDirect => _flags.Contains('U', StringComparison.Ordinal);

    /// <summary>Whether what it leads to may change later (flag <c>L</c>).</summary>
    public bool MayChange => _flags.Contains('L', StringComparison.Ordinal);

    /// <summary>The key of its files. A secret.</summary>
    internal byte[] Key { get; }

    /// <summary>Whether this is its key.</summary>
    public bool HasKey(byte[] key) => CryptographicOperations.FixedTimeEquals(key, Key);

    /// <summary>Whether a text is meant as a link: <c>shlink:/…</c>, by itself or behind the address of a viewer.</summary>
    public static bool Looks(string text) => PayloadOf(text) is not null;

    /// <summary>The link that a text says; null with what is wrong with it.</summary>
    /// <param name="text">As somebody pasted it: white space in it is left out.</param>
    /// <param name="mistake">Why it is none.</param>
    public static HealthLink? Read(string text, out HealthLinkMistake mistake)
    {
        mistake = HealthLinkMistake.None;
        if (PayloadOf(text) is not { } payload)
        {
            return null;
        }

        mistake = HealthLinkMistake.Damaged;
        if (text.Length > MostText || Base64Text.TryDecode(payload) is not { } bytes)
        {
            return null;
        }

        using var json = SafeJson.Parse(bytes, out _);
        return json is null ? null : Read(json.RootElement, ref mistake);
    }

    private static string? PayloadOf(string text)
    {
        var bare = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        var at = bare.IndexOf(Start, StringComparison.OrdinalIgnoreCase);
        var isBehindViewer = at > 0 && bare[at - 1] == '#' && (bare.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("http://", StringComparison.OrdinalIgnoreCase));
        return at == 0 || isBehindViewer ? bare[(at + Start.Length)..].Trim('/').TrimEnd('=') : null;
    }

    private static HealthLink? Read(JsonElement payload, ref HealthLinkMistake mistake)
    {
        if (payload.Child("v") is { } version && SafeJson.Number(version) != 1)
        {
            mistake = HealthLinkMistake.LaterVersion;
            return null;
        }

        var flags = SafeJson.Text(payload.Child("flag")) ?? "";
        if (AddressOf(SafeJson.Text(payload.Child("url"))) is not { } address
            || Base64Text.TryDecode(SafeJson.Text(payload.Child("key")) ?? "") is not { Length: KeyLength } key
            || !TryTime(payload.Child("exp"), out var expires)
            || (flags.Contains('P', StringComparison.Ordinal) && flags.Contains('U', StringComparison.Ordinal)))
        {
            return null;
        }

        return new HealthLink(address, key, flags) { Expires = expires, Label = LabelOf(payload) };
    }

    /// <summary>What it is, and none of its secrets.</summary>
    public override string ToString() => "a SMART Health Link";

    /// <summary>An address without a name, a password or a part for the browser alone.</summary>
    internal static Uri? AddressOf(string? text) =>
        text is { Length: <= MostAddress } && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            && address is { UserInfo.Length: 0, Fragment.Length: 0, IdnHost.Length: > 0 }
            ? address
            : null;

    private static bool TryTime(JsonElement? value, out DateTimeOffset? time)
    {
        time = null;
        if (value is null)
        {
            return true;
        }

        if (SafeJson.Number(value) is not (>= LeastTime and <= MostTime and var seconds))
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
        return true;
    }

    private static string? LabelOf(JsonElement payload)
    {
        var label = payload.Text("label", MostLabel);
        return label is null || label.Contains("://", StringComparison.Ordinal) || label.Contains(Start, StringComparison.OrdinalIgnoreCase)
            || label.Contains(SafeJson.Text(payload.Child("key"))!, StringComparison.Ordinal)
            ? null
            : char.IsHighSurrogate(label[^1]) ? label[..^1] : label;
    }
}
