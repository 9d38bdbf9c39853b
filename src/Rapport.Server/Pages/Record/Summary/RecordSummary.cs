using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Summary;

/// <summary>What matters of a record now, each part newest first and nothing said twice.</summary>
public sealed record RecordSummary
{
    /// <summary>The searches whose answer this reads: whom it is about, what holds now, the newest results and visits.</summary>
    private static readonly SearchQuery[] Searches =
    [
        Search("Patient", "_count=10"),
        Search("Condition", "clinical-status:not=resolved,inactive,remission&verification-status:not=refuted,entered-in-error&_sort=-onset-date&_count=200"),
        Search("AllergyIntolerance", "clinical-status:not=resolved,inactive&verification-status:not=refuted,entered-in-error&_count=100"),
        Search("MedicationRequest", "status=active,on-hold&_sort=-authoredon&_count=200"),
        Search("MedicationStatement", "status=active,on-hold,intended,unknown&_sort=-effective&_count=200"),
        Search("Observation", "_sort=-date&_count=400"),
        Search("Encounter", "_sort=-date&_count=5"),
    ];

    /// <summary>How life is, and not an illness: SNOMED CT's findings on work, schooling, housing, company and safety, and reminders.</summary>
    private static readonly HashSet<string> Surroundings =
    [
        "160903007", "160904001", "73438004", "741062008", "224299000", "224295006", "105421008", "473461003", "5251000175109", "224355006", "266948004", "423315002", "422650009", "73595000",
        "706893006", "424393004", "446654005", "105531004", "32911000", "160701002", "713458007", "266934004", "161744009", "314529007", "361055000", "160968000", "105529008", "423121009", "26544005",
    ];

    /// <summary>Years after which a result says little about now.</summary>
    private const int FreshYears = 2;

    public required RecordPlace Place { get; init; }

    /// <summary>Whom it is about, with birth date, age and sex; null when that is not in the answer.</summary>
    public string? Who { get; init; }

    /// <summary>Whether somebody looks because a life is in danger: what they must not give comes first.</summary>
    public bool SavesLife => IsEmergency(Place);

    /// <summary>Whether there is nothing to tell in short.</summary>
    public bool IsEmpty => Problems.Count + Life.Count + Allergies.Count + Medicines.Count + Results.Count + Visits.Count == 0 && Rescue.IsEmpty;

    /// <summary>What else is to be known where a life is in danger.</summary>
    public Rescue Rescue { get; init; } = Rescue.None;

    public required IReadOnlyList<SummaryLine> Problems { get; init; }

    /// <summary>Work, schooling, housing and the like, which records list among illnesses.</summary>
    public required IReadOnlyList<SummaryLine> Life { get; init; }

    public required IReadOnlyList<SummaryLine> Allergies { get; init; }

    public required IReadOnlyList<SummaryLine> Medicines { get; init; }

    public required IReadOnlyList<ResultTrend> Results { get; init; }

    public required IReadOnlyList<SummaryLine> Visits { get; init; }

    /// <summary>Asks a record for it: one answer, and so one disclosure where it is somebody else's.</summary>
    public static RecordQuery Query { get; } = new RecordQuery.Several(Searches) { Merges = true };

    private static readonly RecordQuery EmergencyQuery = new RecordQuery.Several([.. Searches, .. Rescue.Searches]) { Merges = true };

    /// <summary>What is asked of the record that a place shows: more, where a life is in danger.</summary>
    public static RecordQuery QueryOf(RecordPlace place) => IsEmergency(place) ? EmergencyQuery : Query;

    /// <summary>How many of its entries are marked as sensitive.</summary>
    public int SensitiveCount => Problems.Concat(Life).Concat(Allergies).Concat(Medicines).Concat(Results.Select(result => result.Newest)).Concat(Visits).Count(line => IsSensitive(line.Labels));

    /// <summary>Whether labels mark an entry as sensitive.</summary>
    public static bool IsSensitive(IEnumerable<string> labels) => labels.Any(label => SecurityLabels.IsSensitive("", label));

    /// <summary>Reads it out of the answer to <see cref="QueryOf"/>.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="place">Whose record.</param>
    /// <param name="now">When it is read.</param>
    /// <param name="sensitive">Whether what is marked as sensitive is told; without, it is as if it were not there.</param>
    public static RecordSummary Of(RecordAnswer answer, RecordPlace place, DateTimeOffset now, bool sensitive = true)
    {
        List<SummaryLine> problems = [], life = [], allergies = [], medicines = [], visits = [];
        List<(SummaryLine Line, Measure Measure, Wearing Wearing)> measures = [];
        string? who = null;
        for (var i = 0; i < answer.MatchCount; i++)
        {
            if (!sensitive && IsSensitive(answer.Entries[i].Labels))
            {
                continue;
            }

            var resource = answer.ReadResource(i);
            var line = new SummaryLine(EntryReader.Line(resource), answer.Entries[i].Reference, answer.Entries[i].Labels);
            switch (resource.TypeName)
            {
                case "Patient":
                    who ??= WhoLine.Of(resource, now);
                    break;
                case "Condition":
                    (IsLife(resource) ? life : problems).Add(line);
                    break;
                case "AllergyIntolerance":
                    allergies.Add(line);
                    break;
                case "MedicationRequest" or "MedicationStatement":
                    medicines.Add(line);
                    break;
                case "Encounter":
                    visits.Add(line);
                    break;
                case "Observation":
                    var wearing = place.IsShared ? WearingOf(resource) : Wearing.None;
                    if (!(wearing == Wearing.Activity && IsEmergency(place)) && Measure.Of(resource) is { } measure)
                    {
                        measures.Add((line, measure, wearing));
                    }

                    break;
            }
        }

        return new RecordSummary
        {
            Place = place,
            Who = who,
            Problems = Once(problems),
            Life = Once(life),
            Allergies = Once(allergies),
            Medicines = Once(medicines),
            Results = Trends(measures, now.UtcDateTime.Date.AddDays(1)),
            Visits = visits,
            Rescue = IsEmergency(place) ? Rescue.Of(answer) : Rescue.None,
        };
    }

    /// <summary>Each kind of result once, with how it went; what lies outside its usual range first.</summary>
    private static List<ResultTrend> Trends(List<(SummaryLine Line, Measure Measure, Wearing Wearing)> measures, DateTime tomorrow)
    {
        if (measures.Count == 0)
        {
            return [];
        }

        // What is dated after today is a slip of somebody's pen: it must not make all else look old.
        measures = measures.FindAll(result => result.Measure.At < tomorrow);
        var newest = measures.Select(result => result.Measure.At).DefaultIfEmpty(tomorrow).Max();
        var oldest = newest.Year <= FreshYears ? DateTime.MinValue : newest.AddYears(-FreshYears);
        return
        [
            .. measures.GroupBy(result => result.Measure.Key)
                .Select(kind => kind.OrderByDescending(result => result.Measure.At).ToList())
                .Where(kind => kind[0].Measure.At >= oldest)
                .Select(kind => (Trend: ResultTrend.Of(kind[0].Line, [.. kind.Select(result => result.Measure)]), kind[0].Wearing))
                .OrderBy(kind => kind.Wearing == Wearing.Activity).ThenByDescending(kind => kind.Trend.IsOutside).ThenBy(kind => kind.Wearing)
                .Select(kind => kind.Trend),
        ];
    }

    /// <summary>The newest of what has the same name; what is highly dangerous first, and never hidden by something newer.</summary>
    private static List<SummaryLine> Once(List<SummaryLine> lines) =>
        [.. lines.OrderByDescending(line => line.Line.Danger is not null).ThenByDescending(line => line.Line.DateText, StringComparer.Ordinal).DistinctBy(line => line.Line.Title, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether somebody looks because a life is in danger.</summary>
    private static bool IsEmergency(RecordPlace place) => place.Purpose is PurposeOfUse.BreakTheGlass or "ETREAT";

    private static Wearing WearingOf(Resource observation) =>
        observation.Root.All("category").Exists(category => category.All("coding").Exists(coding => coding.Text("code") == "activity")) ? Wearing.Activity
        : SeriesReading.MetricOf(observation.Root) is null ? Wearing.None : Wearing.Worn;

    /// <summary>Whether a device that is worn measured a result: whoever is shown a record reads first what was measured to find something out.</summary>
    private enum Wearing
    {
        None,
        Worn,
        Activity,
    }

    internal static bool IsLife(Resource condition) =>
        condition.Root.All("category").Exists(category => category.All("coding").Exists(coding => coding.Text("code") is "sdoh" or "social-history"))
        || (condition.Root.TryGetChild("code", out var code) && code.All("coding").Exists(coding => Surroundings.Contains(coding.Text("code") ?? "")));

    internal static SearchQuery Search(string type, string query) => SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query)).Query ?? throw new InvalidOperationException($"`{query}` is no search");
}

/// <summary>One entry of a summary.</summary>
public sealed record SummaryLine(EntryLine Line, string Reference, IReadOnlyList<string> Labels);
