using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Data;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>Words on labels as they stand in an address: sealed, for their person alone and for a day, so that no history and no log shows what somebody calls sensitive. Thread safe.</summary>
internal sealed class LabelDrafts(IDataProtectionProvider protection)
{
    /// <summary>Characters that an address may carry.</summary>
    private const int MostCharacters = 6000;

    /// <summary>What a draft may unfold to.</summary>
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Lasting = TimeSpan.FromDays(1);

    /// <summary>The draft as an address carries it.</summary>
    public string Seal(PersonId person, LabelDraft draft)
    {
        using var memory = new MemoryStream();
        using (var packed = new DeflateStream(memory, CompressionLevel.Optimal))
        {
            JsonSerializer.Serialize(packed, draft);
        }

        return WebEncoders.Base64UrlEncode(For(person).Protect(memory.ToArray(), Lasting));
    }

    /// <summary>The draft out of an address; null when it is none, somebody else's, or too old.</summary>
    public LabelDraft? Open(PersonId person, string? text)
    {
        if (text is not { Length: > 0 and <= MostCharacters })
        {
            return null;
        }

        try
        {
            using var packed = new DeflateStream(new MemoryStream(For(person).Unprotect(WebEncoders.Base64UrlDecode(text))), CompressionMode.Decompress);
            var json = new byte[MostBytes];
            return JsonSerializer.Deserialize<LabelDraft>(json.AsSpan(0, packed.ReadAtLeast(json, json.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException or InvalidDataException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector For(PersonId person) => protection.CreateProtector("label-draft", person.ToString()).ToTimeLimitedDataProtector();
}
