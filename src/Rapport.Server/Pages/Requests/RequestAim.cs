using Rapport.People;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Requests.Childs;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Requests;

/// <summary>What somebody asks for, in their words and in the patient's. It stands for a <see cref="SharingAim"/>, whose least that serves it proposes.</summary>
/// <param name="Sharing">What it becomes when it is granted.</param>
public sealed record RequestAim(SharingAim Sharing)
{
    private static readonly string[] OfEverybody = ["help", "arrange"];

    /// <summary>All of them, in the order in which the page shows them.</summary>
    private static IReadOnlyList<RequestAim> All { get; } = [.. SharingAim.All.Where(static aim => aim.Code != "ask").Select(static aim => new RequestAim(aim))];

    /// <summary>Names it in forms.</summary>
    public string Code => Sharing.Code;

    /// <summary>For who asks.</summary>
    public string Text => Code switch
    {
        "treat" => RequestText.AimTreat,
        "know" => RequestText.AimKnow,
        "hospital" => RequestText.AimHospital,
        "research" => RequestText.AimResearch,
        "opinion" => RequestText.AimOpinion,
        "help" => RequestText.AimHelp,
        "arrange" => RequestText.AimArrange,
        _ => throw new InvalidOperationException($"nobody can ask for `{Code}`"),
    };

    /// <summary>Who asks for that.</summary>
    public string About => Code switch
    {
        "treat" => RequestText.AimTreatAbout,
        "know" => RequestText.AimKnowAbout,
        "hospital" => RequestText.AimHospitalAbout,
        "research" => RequestText.AimResearchAbout,
        "opinion" => RequestText.AimOpinionAbout,
        "help" => RequestText.AimHelpAbout,
        "arrange" => RequestText.AimArrangeAbout,
        _ => throw new InvalidOperationException($"nobody can ask for `{Code}`"),
    };

    /// <summary>What granting it can do for the patient, whatever the kinds.</summary>
    public string Serves => Code switch
    {
        "treat" => RequestText.ServesTreat,
        "know" => RequestText.ServesKnow,
        "hospital" => RequestText.ServesHospital,
        "research" => RequestText.ServesResearch,
        "opinion" => RequestText.ServesOpinion,
        "help" => RequestText.ServesHelp,
        "arrange" => RequestText.ServesArrange,
        _ => throw new InvalidOperationException($"nobody can ask for `{Code}`"),
    };

    /// <summary>What granting it can do for a small child, for whoever looks after it.</summary>
    /// <param name="child">The child's name.</param>
    public string ServesChild(string child) => Say.Fill(
        Code switch
        {
            "treat" => ChildsRequestText.ServesTreat,
            "know" => ChildsRequestText.ServesKnow,
            "hospital" => ChildsRequestText.ServesHospital,
            "research" => ChildsRequestText.ServesResearch,
            "opinion" => ChildsRequestText.ServesOpinion,
            "help" => ChildsRequestText.ServesHelp,
            "arrange" => ChildsRequestText.ServesArrange,
            _ => throw new InvalidOperationException($"nobody can ask for `{Code}`"),
        },
        "", "", child);

    /// <summary>What makes sense for a person to ask for: who does not look after people as a profession does not treat.</summary>
    public static IReadOnlyList<RequestAim> For(Person person) => person.IsProfessional ? All : [.. All.Where(static aim => OfEverybody.Contains(aim.Code))];

    /// <summary>The aim of this code that a person may ask for, or null.</summary>
    public static RequestAim? Find(Person person, string? code) => For(person).FirstOrDefault(aim => aim.Code == code);

    /// <summary>The aim of this code, whoever asked; null for none that is known.</summary>
    public static RequestAim? Find(string code) => All.FirstOrDefault(aim => aim.Code == code);
}

/// <summary>What a request asks for, as pages tell it.</summary>
internal static class RequestWords
{
    /// <summary>The kinds, in the order of the record's own page.</summary>
    public static IReadOnlyList<Kind> Kinds(this RequestTerms terms) => [.. Kind.Shareable.Where(kind => terms.Kinds.Contains(kind.Name))];

    /// <summary>For how long.</summary>
    public static string Lasting(int months) => months == 12 ? RequestText.LastingYear : Say.Count(RequestText.Lasting, months);
}
