using System.Text;
using Rapport.Fhir;

namespace Rapport.Server.Api;

/// <summary>What a refused file is, for people: by how it begins, or by where it ends.</summary>
internal static class WrongFile
{
    private const int Head = 4096;

    private static readonly (byte[] Start, string Text)[] Beginnings =
    [
        ("%PDF"u8.ToArray(), "this is a PDF, which is made for reading on paper: ask for your record as a FHIR file (it ends in `.json`)"),
        ("PK\x03\x04"u8.ToArray(), "this is a ZIP archive: unpack it first, and choose the `.json` file that is in it"),
        ([0x1F, 0x8B], "this file is packed (gzip): unpack it first"),
        ([0xFF, 0xD8, 0xFF], "this is a picture: ask for your record as a FHIR file (it ends in `.json`)"),
        ([0x89, 0x50, 0x4E, 0x47], "this is a picture: ask for your record as a FHIR file (it ends in `.json`)"),
        ([0xFF, 0xFE], "this file is saved as UTF-16: save it as UTF-8"),
        ([0xFE, 0xFF], "this file is saved as UTF-16: save it as UTF-8"),
    ];

    /// <summary>A sentence in the form of all messages, or null when the issues say it best themselves.</summary>
    public static string? Explain(ReadOnlySpan<byte> content, IReadOnlyList<CheckIssue> issues)
    {
        foreach (var (start, text) in Beginnings)
        {
            if (content.StartsWith(start))
            {
                return text;
            }
        }

        var begin = content.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8);
        return begin switch
        {
            [] => "the file is empty: choose another",
            [(byte)'<', ..] => Markup(Encoding.UTF8.GetString(begin[..Math.Min(begin.Length, Head)])),
            [(byte)'[', ..] => "this is a list and no FHIR file: ask for your record as a FHIR bundle",
            [not (byte)'{', ..] => "this is no FHIR file: those begin with `{` and end in `.json`",
            _ when issues is [{ Severity: IssueSeverity.Fatal } issue, ..] && issue.Text.StartsWith("the document ends", StringComparison.Ordinal) =>
                "the file ends too early: download it again",
            _ => null,
        };
    }

    private static string Markup(string head) =>
        head.Contains("<html", StringComparison.OrdinalIgnoreCase) || head.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase)
            ? "this is a web page, perhaps the one you should sign in on: download the file itself"
        : head.Contains("ClinicalDocument", StringComparison.Ordinal)
            ? "this is a C-CDA document (XML), which cannot be read here yet: ask for your record as a FHIR file (it ends in `.json`)"
        : head.Contains("http://hl7.org/fhir", StringComparison.Ordinal)
            ? "this is FHIR written as XML: ask for it as JSON (the file ends in `.json`)"
        : "this is an XML file: ask for your record as a FHIR file (it ends in `.json`)";
}
