using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Patient summaries from many countries' implementations: taken whole, or refused with a place.</summary>
public sealed class IpsBundles(SqliteTestDatabase test) : GatheringTest(test)
{
    /// <summary>The refused ones and the place of the first error, as it stands in the file.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        // a reference by an id that is too long, or of two types
        ["ipsviewer/connectathon_Jan2025/US_Epic_Jan_idrefs.json"] = "Bundle.entry[13].resource.medicationReference.reference",
        ["ipsviewer/connectathon_May2025/hl7_connectathon_may_2025_epic_example2.json"] = "Bundle.entry[5].resource.medicationReference.reference",
        ["ipsviewer/connectathon_Sept2024/US_MEDITECH_ips_3.json"] = "Bundle.entry[0].resource.custodian.reference",
        ["ipsviewer/connectathon_Sept2024/US_MEDITECH_ips_4.json"] = "Bundle.entry[0].resource.custodian.reference",

        // a required element is missing
        ["ipsviewer/connectathon_Sept2024/EU_IPS_wylem_bars.json"] = "Bundle.entry[0].resource.section[7].text.div",
        ["ipsviewer/connectathon_archive/DK_Jens_Villadsen_02.json"] = "Bundle.entry[0].resource.author",

        // a narrative that is not well formed
        ["ipsviewer/connectathon_archive/HK_IPS_Sample1.json"] = "Bundle.entry[1].resource.text.div",
        ["ipsviewer/connectathon_archive/HK_IPS_Sample2.json"] = "Bundle.entry[1].resource.text.div",
        ["ipsviewer/connectathon_archive/HK_IPS_Sample3.json"] = "Bundle.entry[1].resource.text.div",
        ["ipsviewer/connectathon_archive/HK_IPS_Sample_with_medication.json"] = "Bundle.entry[1].resource.text.div",

        // a status whose codes are of another system than the required one
        ["ipsviewer/connectathon_archive/US_Interoperability_Institute_Jared_Bruce_Adams-IPS.json"] = "Bundle.entry[4].resource.clinicalStatus",
        ["ipsviewer/connectathon_archive/US_Interoperability_Institute_Louis_Daniel_Saunders-IPS.json"] = "Bundle.entry[4].resource.clinicalStatus",
        ["ipsviewer/connectathon_archive/US_Interoperability_Institute_Troy Dudley Gross-IPS.json"] = "Bundle.entry[4].resource.clinicalStatus",

        // several patients
        ["ipsviewer/connectathon_archive/CY_194315.json"] = "Bundle.entry[99].resource",
        ["ipsviewer/connectathon_archive/CY_Andreas_Ioannou_01.json"] = "Bundle.entry[2].resource",

        // a resource about a patient whom the bundle does not bring
        ["ipsviewer/connectathon_archive/DE_no_info_with_Advance_Directive.json"] = "Bundle.entry[6].resource",
        ["ipsviewer/connectathon_archive/UK_NHSx_IPS_Example_02-modified.json"] = "Bundle.entry[10].resource",
        ["ipsviewer/connectathon_archive/US_Washington_GDHP_original.json"] = "Bundle.entry[8].resource",
    };

    [Fact]
    public async Task Each_is_taken_or_refused_with_its_place()
    {
        var root = Repository.SharedData("ips");
        Dictionary<string, string> refused = [];
        foreach (var file in Directory.GetFiles(root, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root, file);
            var record = await NewRecordAsync();
            var content = await File.ReadAllBytesAsync(file, Cancel);
            var result = await record.ImportAsync(content);
            if (result.Status == ImportStatus.Refused)
            {
                Assert.All(result.Issues.Where(static i => i.Severity == IssueSeverity.Error), i => Assert.True(i.Location.Length > 0, $"{name}: {i.Text}"));
                Assert.Equal((1, 1L, 0), await record.StateAsync());
                var first = result.Issues.First(static i => i.Severity is IssueSeverity.Error or IssueSeverity.Fatal);
                refused.Add(name, first.Location);
                continue;
            }

            Assert.True(result.Status == ImportStatus.Taken, name);
            var state = await record.StateAsync();
            Assert.True((await record.ImportAsync(content)).Status == ImportStatus.NothingNew, $"{name} again");
            Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(await record.ExportAsync())).Status);
            Assert.Equal(state, await record.StateAsync());
        }

        Assert.Equal(Show(Refused), Show(refused));
    }

    private static string Show(Dictionary<string, string> refused) =>
        string.Join('\n', refused.OrderBy(static r => r.Key, StringComparer.Ordinal).Select(static r => $"[\"{r.Key}\"] = \"{r.Value}\","));
}
