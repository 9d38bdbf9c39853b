using System.Text;
using System.Text.Json;

namespace Rapport.Gathering.Tests;

/// <summary>Writes what was made of a document into the folder that <c>CCDA_DUMP</c> names, for people to read; nothing without it.</summary>
internal static class CcdaDump
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(string name, Harvest harvest, CcdaReading reading)
    {
        if (Environment.GetEnvironmentVariable("CCDA_DUMP") is not { Length: > 0 } folder)
        {
            return;
        }

        var dump = new StringBuilder();
        foreach (var entry in harvest.Entries)
        {
            dump.AppendLine($"### {entry.ResourceType} {entry.FullUrl} | {entry.Provenance.Section} | {entry.Provenance.Path} | line {entry.Provenance.Line} | {entry.Parts?.Count} parts");
            dump.AppendJoin("", entry.Provenance.Converted.Select(sentence => $"  ~ {sentence}\n"));
            dump.AppendLine(JsonSerializer.Serialize(JsonElement.Parse(entry.Json.Span), Indented));
        }

        dump.AppendLine($"### fates {string.Join(", ", reading.Statements.CountBy(s => s.Fate))}");
        dump.AppendJoin("", reading.Statements.Where(s => s.Fate == StatementFate.Folded).Select(s => $"folded {s.Path} {string.Join(' ', s.Templates)}\n"));
        dump.AppendJoin('\n', harvest.NotTaken).AppendLine().AppendLine($"lacks {string.Join(' ', harvest.Lacks)}");
        File.WriteAllText(Path.Combine(folder, name.Replace('/', '_') + ".txt"), dump.ToString());
    }
}
