using System.Collections;
using System.Globalization;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Gather;

/// <summary>
/// What reports and provenance keep in English, in the language of who reads: a sentence is known again by its template, and its holes are filled with what stood there. Names that a file itself gives stay.
/// </summary>
internal static class ReportWords
{
    /// <summary>The templates in English, those with the most words of their own first.</summary>
    private static readonly IReadOnlyList<(string Name, string[] Parts)> Templates =
    [
        .. from text in ReportText.ResourceManager.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
           let parts = PartsOf((string)text.Value!)
           orderby parts.Sum(part => part.Length) descending, (string)text.Key
           select ((string)text.Key, parts),
    ];

    /// <summary>What was left out: a measure, a FHIR type, a phrase of a report, or as the file calls it.</summary>
    public static string WhatOf(string what) => NameOf(what) ?? Find(what, NameOf) ?? what;

    /// <summary>A sentence or a place; null when it is none that is known.</summary>
    public static string? Find(string told) => Find(told, MetricWords.Find);

    private static string? Find(string told, Func<string, string?> nameOf)
    {
        foreach (var (name, parts) in Templates)
        {
            if (Match(told, parts) is { } holes)
            {
                return Say.Fill(ReportText.ResourceManager.GetString(name, CultureInfo.CurrentUICulture)!, [.. holes.Select(hole => nameOf(hole) ?? hole)]);
            }
        }

        return null;
    }

    /// <summary>A measure or a FHIR type.</summary>
    private static string? NameOf(string name) => MetricWords.Find(name) ?? TypeText.ResourceManager.GetString(name, CultureInfo.CurrentUICulture);

    /// <summary>What stands in the holes; null when the sentence is another.</summary>
    private static List<string>? Match(string told, string[] parts)
    {
        if (!told.StartsWith(parts[0], StringComparison.Ordinal) || !told.EndsWith(parts[^1], StringComparison.Ordinal))
        {
            return null;
        }

        List<string> holes = [];
        var at = parts[0].Length;
        for (var i = 1; i < parts.Length; i++)
        {
            var end = i == parts.Length - 1 ? told.Length - parts[i].Length : told.IndexOf(parts[i], at, StringComparison.Ordinal);
            if (end <= at)
            {
                return null;
            }

            holes.Add(told[at..end]);
            at = end + parts[i].Length;
        }

        return at == told.Length ? holes : null;
    }

    /// <summary>What stands around the holes, which follow each other by their numbers.</summary>
    private static string[] PartsOf(string template)
    {
        List<string> parts = [];
        for (var hole = 0; template.IndexOf($"{{{hole}}}", StringComparison.Ordinal) is >= 0 and var at; hole++)
        {
            parts.Add(template[..at]);
            template = template[(at + 3)..];
        }

        return [.. parts, template];
    }
}
