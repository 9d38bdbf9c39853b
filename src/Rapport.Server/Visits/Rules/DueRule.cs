using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Visits.Rules;

/// <summary>Vaccines that a source of the record says are due, and appointments of the next months. Nothing is worked out from what was given when: that would be advice. Pure.</summary>
internal static class DueRule
{
    /// <summary>How far ahead one looks.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(90);

    /// <summary>What a source says of a vaccine that nobody needs to ask about.</summary>
    private static readonly string[] Done = ["complete", "immune", "contraindicated", "aged-out"];

    public static IEnumerable<OfferedQuestion> Of(VisitFacts facts) => facts.Due.SelectMany(entry => entry.Resource.TypeName == "Appointment" ? Appointment(facts, entry) : Vaccines(facts, entry));

    private static IEnumerable<OfferedQuestion> Vaccines(VisitFacts facts, VisitEntry entry)
    {
        foreach (var recommended in entry.Resource.Root.All("recommendation"))
        {
            var status = recommended.TryGetChild("forecastStatus", out var forecast) ? forecast.All("coding").Select(static coding => coding.Text("code")).FirstOrDefault() : null;
            var due = recommended.All("dateCriterion").Select(static criterion => criterion.Text("value")).OfType<string>().Where(static text => FhirDate.At(text) is not null).Min(StringComparer.Ordinal);
            var name = ((string[])["vaccineCode", "targetDisease"]).SelectMany(element => recommended.All(element)).Select(ValueReader.Words).FirstOrDefault(static words => words is not null);
            if (name is not null && due is not null && FhirDate.At(due) <= facts.Now + Ahead && (status is null || !Done.Contains(status)))
            {
                yield return new OfferedQuestion(
                    QuestionKind.Due, $"vaccine:{name.ToUpperInvariant()}", Say.Fill(VisitText.VaccineDue, VisitNames.Named(name)), Say.Fill(VisitText.WhyVaccine, FhirDate.Day(due)!))
                { Entry = entry.Reference, IsPrivate = entry.IsPrivate };
            }
        }
    }

    private static IEnumerable<OfferedQuestion> Appointment(VisitFacts facts, VisitEntry entry)
    {
        if (entry.At >= facts.Now.Date && entry.At <= facts.Now + Ahead)
        {
            yield return new OfferedQuestion(
                QuestionKind.Due, $"appointment:{entry.Reference}", Say.Fill(VisitText.Appointment, FhirDate.Day(entry.Line.DateText!)!), entry.IsNamed ? Say.Fill(VisitText.WhyAppointment, VisitNames.Named(entry.Line.Name)) : VisitText.WhyAppointmentOnly)
            { Entry = entry.Reference, IsPrivate = entry.IsPrivate };
        }
    }
}
