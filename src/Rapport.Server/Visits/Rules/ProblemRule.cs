using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Summary;

namespace Rapport.Server.Visits.Rules;

/// <summary>Problems that are on the list for a year or longer, and about which nothing in the record was done in the last one: no visit, procedure, plan or medicine names them. Pure.</summary>
internal static class ProblemRule
{
    private static readonly string[] GoesOn = ["active", "on-hold"];

    /// <summary>What somebody had once stays on a list for good: nobody asks whether it still holds.</summary>
    private static readonly string[] Once = ["history of ", "h/o ", "past history of ", "antecedente de ", "antecedentes de ", "historia de "];

    public static IEnumerable<OfferedQuestion> Of(VisitFacts facts)
    {
        var tended = facts.Doings.Concat(facts.Medicines).Where(doing => doing.At >= facts.YearAgo || (doing.Resource.TypeName != "Encounter" && GoesOn.Contains(doing.Status)))
            .SelectMany(static doing => Reasons(doing.Resource.Root)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return from problem in facts.Problems
               where problem.IsNamed && problem.At <= facts.YearAgo && !RecordSummary.IsLife(problem.Resource) && !Array.Exists(Once, once => problem.Line.Title.StartsWith(once, StringComparison.OrdinalIgnoreCase))
               where !tended.Contains(problem.Reference) && !tended.Contains(problem.Line.Title) && !CodesIn(problem.Resource.Root, "code").Any(tended.Contains)
               select new OfferedQuestion(
                   QuestionKind.Problem, $"condition:{problem.Line.Title.ToUpperInvariant()}", Say.Fill(VisitText.Problem, VisitNames.Named(problem.Line.Name)),
                   Say.Fill(VisitText.WhyProblem, FhirDate.Since(MedicineRule.FhirDay(problem.Line.DateText!))))
               { Entry = problem.Reference, IsPrivate = problem.IsPrivate };
    }

    /// <summary>What something was done for: references, codes and words.</summary>
    private static IEnumerable<string> Reasons(Element doing) =>
    [
        .. ((string[])["reasonReference", "addresses"]).SelectMany(name => doing.All(name)).Select(static reference => reference.Text("reference")).OfType<string>(),
        .. doing.All("diagnosis").Select(static diagnosis => diagnosis.TryGetChild("condition", out var condition) ? condition.Text("reference") : null).OfType<string>(),
        .. CodesIn(doing, "reasonCode"),
        .. doing.All("reasonCode").Select(ValueReader.Words).OfType<string>(),
    ];

    private static IEnumerable<string> CodesIn(Element parent, string name) =>
        parent.All(name).SelectMany(static concept => concept.All("coding")).Where(static coding => coding.Text("code") is not null).Select(static coding => $"{coding.Text("system")}|{coding.Text("code")}");
}
