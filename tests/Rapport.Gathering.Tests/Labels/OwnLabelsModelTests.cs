using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Labelling;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>
/// Whatever is imported, said of labels and taken back, and in whichever order: the labels of each entry are those that its sources ever said and those that the rules find in what it says now, with what the patient
/// says of that. The model is written without the code that it checks, but for the rules.
/// </summary>
public sealed class OwnLabelsModelTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string Icd = "http://hl7.org/fhir/sid/icd-10-cm";
    private static readonly string[] Codes = ["F10.20", "I10", "F10.10"];
    private static readonly string[] Kinds = ["PSY", "HIV", "SEX", "ETHUD"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Effective_labels_are_those_of_the_model(int seed)
    {
        var random = new Random(seed);
        var model = new Model(await NewRecordAsync(), random);
        for (var step = 0; step < 25; step++)
        {
            Tick();
            var did = await model.StepAsync();
            await model.CheckAsync($"seed {seed}, step {step}: {did}");
        }

        await model.Record.VerifyAsync();
    }

    private sealed class Model(TestRecord record, Random random)
    {
        private readonly Dictionary<string, HashSet<string>> _said = [];
        private readonly List<LabelWord> _words = [];
        private readonly List<long> _sources = [];
        private JsonObject? _last;

        internal TestRecord Record => record;

        internal async Task<string> StepAsync() => random.Next(8) switch
        {
            < 3 => await ImportAsync(),
            3 when _sources.Count > 0 => await TakeBackAsync(),
            4 when _last is not null => await AgainAsync(),
            _ when _sources.Count > 0 => await SayAsync(),
            _ => await ImportAsync(),
        };

        internal async Task CheckAsync(string when)
        {
            var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
            var bodies = new Dictionary<string, JsonObject>();
            for (var i = 0; i < answer.Count; i++)
            {
                var body = JsonNode.Parse(answer.ReadBody(i))!.AsObject();
                (body["meta"] as JsonObject)?.Remove("security");
                if (answer.HasParts(i))
                {
                    body["data"] = Convert.ToBase64String([.. (await answer.ReadPartsAsync(i, Cancel)).SelectMany(static part => part.ToArray())]);
                }

                bodies[answer.Entries[i].Reference] = body;
            }

            foreach (var entry in answer.Entries.Where(static entry => entry.ResourceType != "Patient"))
            {
                var expected = Expected(entry.Reference, bodies);
                Assert.True(
                    expected.SetEquals(entry.Labels.Where(static label => SecurityLabel.Of("", label).IsSensitive)),
                    $"{when}: {entry.Reference} has {string.Join(',', entry.Labels)} and should have {string.Join(',', expected)}");
            }
        }

        private HashSet<string> Expected(string reference, Dictionary<string, JsonObject> bodies)
        {
            var body = bodies[reference];
            List<FoundLabel> found = [];
            foreach (var part in Family(reference, bodies))
            {
                found.AddRange(Labeller.Label(Read(part), other => other == "Patient" ? Read(bodies[record.Reference]) : bodies.TryGetValue(other, out var known) ? Read(known) : null));
            }

            var ignored = _words.Where(static word => word is { Scope: LabelScope.FoundBy, Verdict: LabelVerdict.TakenAway }).Select(static word => ((LabelScope.FoundBy)word.Scope).Rule).ToHashSet();
            HashSet<string> labels = [.. _said.GetValueOrDefault(KeyOf(body), []), .. found.Where(label => !ignored.Contains(label.Rule)).Select(static label => label.Code)];
            foreach (var word in _words.Where(word => word.Verdict != LabelVerdict.None && word.Scope is not LabelScope.Entry && Covers(word.Scope, body))
                .Concat(_words.Where(word => word.Verdict != LabelVerdict.None && word.Scope is LabelScope.Entry entry && reference == $"{entry.ResourceType}/{record.Patient}.{entry.Local}")))
            {
                _ = word.Verdict == LabelVerdict.Added ? labels.Add(word.Label!.Value.Code) : labels.Remove(word.Label!.Value.Code);
            }

            return labels;
        }

        /// <summary>An entry, and the documents that it leads to or what leads to it, without the way there.</summary>
        private static IEnumerable<JsonObject> Family(string reference, Dictionary<string, JsonObject> bodies)
        {
            var binaries = bodies.Where(static pair => pair.Value["resourceType"]!.GetValue<string>() == "Binary").Select(static pair => pair.Key).ToHashSet();
            string[] led = LedTo(bodies[reference]).Where(binaries.Contains).ToArray();
            yield return Without(bodies[reference], led);
            foreach (var document in led)
            {
                yield return bodies[document];
            }

            foreach (var (holder, body) in bodies)
            {
                if (binaries.Contains(reference) && LedTo(body).Contains(reference))
                {
                    yield return Without(body, [reference]);
                }
            }
        }

        private static IEnumerable<string> LedTo(JsonObject body) =>
            body["content"] is JsonArray content ? content.Select(static item => item!["attachment"]!["url"]).Where(static url => url is not null).Select(static url => url!.GetValue<string>()) : [];

        private static JsonObject Without(JsonObject body, IEnumerable<string> urls)
        {
            var copy = body.DeepClone().AsObject();
            foreach (var item in copy["content"] as JsonArray ?? [])
            {
                if (item!["attachment"]!["url"] is { } url && urls.Contains(url.GetValue<string>()))
                {
                    item["attachment"]!.AsObject().Remove("url");
                }
            }

            return copy;
        }

        private static bool Covers(LabelScope scope, JsonObject body) => scope switch
        {
            LabelScope.OfType type => body["resourceType"]!.GetValue<string>() == type.ResourceType,
            LabelScope.Coded coded => new[] { body["code"], body["type"] as JsonObject, (body["type"] as JsonArray)?[0] }
                .Any(concept => concept?["coding"] is JsonArray codings && codings.Any(coding => coding!["code"]!.GetValue<string>() == coded.Code)),
            _ => false,
        };

        private async Task<string> ImportAsync()
        {
            List<JsonObject> resources = [Make.Patient()];
            for (var i = 0; i < 4; i++)
            {
                if (random.Next(3) > 0)
                {
                    resources.Add(Observation($"o{i}"));
                }
            }

            if (random.Next(2) == 0)
            {
                var visit = Make.Encounter();
                visit["type"] = new JsonArray(Make.Concept(Icd, Codes[random.Next(Codes.Length)]));
                resources.Add(Marked(visit));
            }

            if (random.Next(2) == 0)
            {
                var isText = random.Next(2) == 0;
                resources.Add(Marked(new JsonObject
                {
                    ["resourceType"] = "Binary", ["id"] = "b1", ["contentType"] = isText ? "text/plain" : "application/pdf",
                    ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "known for alcohol abuse" : "all is well")),
                }));
                resources.Add(Marked(new JsonObject
                {
                    ["resourceType"] = "DocumentReference", ["id"] = "d1", ["status"] = "current", ["subject"] = Make.Reference("Patient/p1"),
                    ["type"] = Make.Concept(Icd, Codes[random.Next(Codes.Length)]),
                    ["content"] = new JsonArray(new JsonObject { ["attachment"] = new JsonObject { ["contentType"] = "text/plain", ["url"] = "Binary/b1" } }),
                }));
            }

            return await TakeAsync(Make.Collection([.. resources]));
        }

        private async Task<string> TakeAsync(JsonObject bundle)
        {
            var result = await record.ImportAsync(bundle);
            Assert.True(result.Status is ImportStatus.Taken or ImportStatus.NothingNew, TestRecord.Text(result.Issues));
            if (result.Source is { } source)
            {
                _sources.Add(source);
            }

            foreach (var entry in bundle["entry"]!.AsArray())
            {
                var resource = entry!["resource"]!.AsObject();
                if (!_said.TryGetValue($"{resource["resourceType"]}/{resource["id"]}", out var said))
                {
                    _said[$"{resource["resourceType"]}/{resource["id"]}"] = said = [];
                }

                said.UnionWith(LabelsOf(resource).Concat((resource["contained"] as JsonArray ?? []).SelectMany(inner => LabelsOf(inner!.AsObject()))).Where(static label => SecurityLabel.Of("", label).IsSensitive));
            }

            _last = bundle;
            return $"import {result.Status}";
        }

        private async Task<string> AgainAsync()
        {
            // The same file changes nothing and says so, whatever was said of labels since. Where a source was taken back since, it brings that again.
            var result = await record.ImportAsync(_last!);
            if (result.Source is { } source)
            {
                Assert.True(_wasTakenBack, "the same file changed something");
                _sources.Add(source);
            }

            _wasTakenBack = false;
            return $"again {result.Status}";
        }

        private bool _wasTakenBack;

        private async Task<string> TakeBackAsync()
        {
            var source = _sources[random.Next(_sources.Count)];
            _sources.Remove(source);
            Assert.NotNull(await SourceRemoval.TakeBackAsync(record.Own, source, Cancel));
            _wasTakenBack = true;
            return $"take back {source}";
        }

        private async Task<string> SayAsync()
        {
            var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
            var entries = answer.Entries.Where(static entry => entry.ResourceType is "Observation" or "Encounter").ToList();
            if (entries.Count == 0)
            {
                return "nothing to say anything of";
            }

            var entry = entries[random.Next(entries.Count)];
            LabelScope scope = random.Next(6) switch
            {
                0 => new LabelScope.Coded(Icd, Codes[random.Next(Codes.Length)]),
                1 => new LabelScope.OfType("Observation"),
                2 => new LabelScope.FoundBy("alcohol-use-disorder"),
                _ => new LabelScope.Entry(entry.ResourceType, LocalId.Parse(entry.Id.AsSpan(entry.Id.IndexOf('.', StringComparison.Ordinal) + 1))),
            };
            var label = scope is LabelScope.FoundBy ? (SecurityLabel?)null : SecurityLabel.Of("", Kinds[random.Next(Kinds.Length)]);
            var verdict = random.Next(3) == 0 ? LabelVerdict.None : scope is LabelScope.FoundBy || random.Next(2) == 0 ? LabelVerdict.TakenAway : LabelVerdict.Added;
            var word = new LabelWord(scope, label, verdict);
            var said = await record.Own.Labels.SayAsync([word], mayShareMore: true, Cancel);
            Assert.True(said.Outcome is LabelOutcome.Said or LabelOutcome.SaidBefore, said.ToString());
            _words.RemoveAll(known => known.Scope == scope && known.Label == label);
            _words.Add(word);
            return word.ToString();
        }

        private JsonObject Observation(string id)
        {
            var observation = Make.Observation(id, value: random.Next(60, 63), encounter: random.Next(2) == 0 ? "Encounter/e1" : null);
            observation["code"] = Make.Concept(Icd, Codes[random.Next(Codes.Length)]);
            if (random.Next(8) == 0)
            {
                var inner = Make.Observation("inner", null);
                inner["meta"] = new JsonObject { ["security"] = new JsonArray(new JsonObject { ["system"] = SecurityLabel.ActCode, ["code"] = "SDV" }) };
                observation["contained"] = new JsonArray(inner);
                observation["hasMember"] = new JsonArray(Make.Reference("#inner"));
            }

            return Marked(observation);
        }

        private JsonObject Marked(JsonObject resource)
        {
            var labels = Kinds.Append("N").Where(_ => random.Next(8) == 0).ToList();
            if (labels.Count > 0)
            {
                resource["meta"] = new JsonObject
                {
                    ["security"] = new JsonArray([.. labels.Select(static label => new JsonObject { ["system"] = label == "N" ? SecurityLabel.Confidentiality : SecurityLabel.ActCode, ["code"] = label })]),
                };
            }

            return resource;
        }

        private static IEnumerable<string> LabelsOf(JsonObject resource) => (resource["meta"]?["security"] as JsonArray ?? []).Select(static label => label!["code"]!.GetValue<string>());

        /// <summary>What a stored entry was called where it came from.</summary>
        private static string KeyOf(JsonObject body)
        {
            var kept = (body["identifier"] as JsonArray ?? []).Select(static identifier => identifier!["value"]!.GetValue<string>())
                .Concat((body["meta"]?["extension"] as JsonArray ?? []).Select(static extension => extension!["valueIdentifier"]!["value"]!.GetValue<string>()));
            return kept.First(value => value.StartsWith(body["resourceType"]!.GetValue<string>() + "/", StringComparison.Ordinal));
        }

        private static Resource Read(JsonObject body) => Resource.Read(Encoding.UTF8.GetBytes(body.ToJsonString()));
    }
}
