using System.Text;
using Rapport.Fhir;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.Api;

/// <summary>What a refused file is, for people: by how it begins, or by where it ends.</summary>
internal static class WrongFile
{
    /// <summary>How many bytes from the start of a file are looked at.</summary>
    public const int Head = 4096;

    private static (byte[] Start, string Text)[] Beginnings =>
    [
        ("PK\x03\x04"u8.ToArray(), WrongFileText.Zip),
        ([0x1F, 0x8B], WrongFileText.Gzip),
        ([0xFF, 0xFE], WrongFileText.Utf16),
        ([0xFE, 0xFF], WrongFileText.Utf16),
    ];

    /// <summary>A sentence in the form of all messages, or null when the issues say it best themselves.</summary>
    /// <param name="format">The format that it was read as; one with a mark of its own knows best what is wrong with its files.</param>
    /// <param name="content">How it begins.</param>
    /// <param name="issues">What was found.</param>
    public static string? Explain(string? format, ReadOnlySpan<byte> content, IReadOnlyList<CheckIssue> issues)
    {
        if (format is "apple-health" or "fhir" or "zip" or "ccda" or "csv" && issues.Any(issue => issue.Code == "too-long"))
        {
            return Say.Fill(WrongFileText.TooMuch, FormatWords.Of(format));
        }

        if (format == "paper" && issues.Any(static issue => issue.Code == "incomplete"))
        {
            return WrongFileText.CutOff;
        }

        if (format is "health-link" or "health-card" or "fit" or "open-mhealth" or "wearable-service")
        {
            return null;
        }

        foreach (var (start, text) in Beginnings)
        {
            if (content.StartsWith(start) && (start[0] != 'P' || issues.Any(issue => issue.Text.StartsWith("the zip does not open", StringComparison.Ordinal))))
            {
                return text;
            }
        }

        if (format == "apple-health")
        {
            return WrongFileText.AppleHealth;
        }

        var begin = content.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8);
        return begin switch
        {
            [] => WrongFileText.Empty,
            [(byte)'<', ..] => Markup(Encoding.UTF8.GetString(begin[..Math.Min(begin.Length, Head)])),
            [(byte)'[', ..] => WrongFileText.List,
            _ when begin.StartsWith("shlink:/"u8) => WrongFileText.Link,
            [not (byte)'{', ..] => issues is [{ Severity: IssueSeverity.Fatal }, ..] ? WrongFileText.NoFhir : null,
            _ when issues is [{ Severity: IssueSeverity.Fatal } issue, ..] && issue.Text.StartsWith("the document ends", StringComparison.Ordinal) =>
                WrongFileText.CutOff,
            _ => null,
        };
    }

    private static string Markup(string head) =>
        head.Contains("<html", StringComparison.OrdinalIgnoreCase) || head.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase)
            ? WrongFileText.WebPage
        : head.Contains("ClinicalDocument", StringComparison.Ordinal)
            ? WrongFileText.Ccda
        : head.Contains("http://hl7.org/fhir", StringComparison.Ordinal)
            ? WrongFileText.FhirXml
        : head.Contains("urn:hl7-org:v3", StringComparison.Ordinal)
            ? WrongFileText.CcdaPart
        : head.Contains("<gpx", StringComparison.Ordinal) || head.Contains("<TrainingCenterDatabase", StringComparison.Ordinal)
            ? WrongFileText.Route
        : WrongFileText.Xml;
}
