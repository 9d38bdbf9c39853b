using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>Whom a record is about, so that nobody takes it for somebody else's: <c>Maya Demo, born 23 May 1979 (47), female</c>.</summary>
internal static class WhoLine
{
    /// <summary>Reads it out of a Patient resource; null when that has no birth date.</summary>
    public static string? Of(Resource patient, DateTimeOffset now)
    {
        var root = patient.Root;
        if (root.Text("birthDate") is not { } written || FhirDate.Day(written) is not { } day)
        {
            return null;
        }

        // An age can be told of a whole date alone, and of nobody who has died.
        var born = Say.Fill(ReadingText.Born, day);
        if (DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birth) && !root.TryGetChild("deceased", out _))
        {
            var today = TimeZones.DayOf(now);
            var age = today.Year - birth.Year - (today < birth.AddYears(today.Year - birth.Year) ? 1 : 0);
            born = age < 0 ? born : Say.Fill(ReadingText.BornAged, day, Say.Number(age));
        }

        var who = $"{EntryReader.Line(patient).Title}, {born}";
        return root.Text("gender") is "female" or "male" or "other" ? $"{who}, {Wording.Code(root.Text("gender")!)}" : who;
    }
}
