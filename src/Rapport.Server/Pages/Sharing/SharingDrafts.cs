using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Data;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// A form that is not agreed to yet, as it goes from one page to the next in an address: sealed, for its person alone and for a day. So going
/// back and loading anew send nothing twice, no node keeps anything, and no history and no log shows what of a record was chosen. Thread safe.
/// </summary>
internal abstract class SealedDrafts<T>(IDataProtectionProvider protection, string name)
    where T : class
{
    /// <summary>Characters that an address may carry: servers and those in between take twice as many.</summary>
    protected const int MostCharacters = 3500;

    /// <summary>What a draft may unfold to.</summary>
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Lasting = TimeSpan.FromDays(1);

    private static readonly JsonSerializerOptions Short = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The form as an address carries it.</summary>
    public string Seal(PersonId person, T draft)
    {
        using var memory = new MemoryStream();
        using (var packed = new DeflateStream(memory, CompressionLevel.Optimal))
        {
            JsonSerializer.Serialize(packed, draft, Short);
        }

        return WebEncoders.Base64UrlEncode(For(person).Protect(memory.ToArray(), Lasting));
    }

    /// <summary>The form out of an address; null when it is none, somebody else's, or too old.</summary>
    public T? Open(PersonId person, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            using var packed = new DeflateStream(new MemoryStream(For(person).Unprotect(WebEncoders.Base64UrlDecode(text))), CompressionMode.Decompress);
            var json = new byte[MostBytes];
            return JsonSerializer.Deserialize<T>(json.AsSpan(0, packed.ReadAtLeast(json, json.Length, throwOnEndOfStream: false)), Short);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException or InvalidDataException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector For(PersonId person) => protection.CreateProtector(name, person.ToString()).ToTimeLimitedDataProtector();
}

/// <summary>Share forms on their way.</summary>
/// <inheritdoc/>
internal sealed class SharingDrafts(IDataProtectionProvider protection) : SealedDrafts<SharingDraft>(protection, "share-draft")
{
    /// <summary>The draft, or without its labels when these are more than an address holds: then it says so.</summary>
    public SharingDraft Fit(PersonId person, SharingDraft draft) =>
        Seal(person, draft).Length <= MostCharacters ? draft : draft with { Labels = [], TooManyLabels = true };
}
