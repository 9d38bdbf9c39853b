using System.Net;
using System.Text;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Bringing in a file: the right one, the wrong one, somebody else's.</summary>
public sealed class GatherPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("PK\u0003\u0004abc", "This is a ZIP archive that does not open")]
    [InlineData("<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\">", "This is a C-CDA document")]
    [InlineData("<!DOCTYPE html><html>", "This is a web page")]
    [InlineData("<Bundle xmlns=\"http://hl7.org/fhir\">", "This is FHIR written as XML")]
    [InlineData("<a/>", "This is an XML file")]
    [InlineData("<?xml version=\"1.0\"?><section xmlns=\"urn:hl7-org:v3\"/>", "This is a piece of a C-CDA document")]
    [InlineData("<gpx version=\"1.1\"></gpx>", "This is a route of a watch or a bicycle computer")]
    [InlineData("Dear Maya", "This is no kind of file that can be read here")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[", "The file ends too early: download it again.")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"coll", "The file ends too early: download it again.")]
    public async Task AWrongFileIsCalledWhatItIs(string content, string expected)
    {
        using var visitor = await SignedInAsync();

        using var answer = await visitor.UploadAsync("record", Encoding.UTF8.GetBytes(content));

        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(expected, html);
        Assert.Contains("In the words of the program that read it", html);
        Assert.DoesNotContain("fHIR", html);
    }

    [Theory]
    [InlineData("{\n  \"sleep\": []\n}")]
    [InlineData("{\"BPDataList\":[],\"BPUnit\":0,\"CurrentRecordCount\":0,\"NextPageUrl\":\"\",\"RecordCount\":0}")]
    public async Task AnAnswerOfAServiceThatIsEmptyIsSaidToBeEmpty(string content)
    {
        using var visitor = await SignedInAsync();

        using var answer = await visitor.UploadAsync("sleep.json", Encoding.UTF8.GetBytes(content));

        Assert.Contains("There is nothing in it", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AFileManyTimesTooLargeGetsTheSameWordsWithoutScript()
    {
        using var visitor = await SignedInAsync();

        using var answer = await visitor.UploadAsync("huge.json", new byte[3 * server.Settings.MaxImportBytes]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("The file is larger than 4 MB, which is the most that can be added at once: ask for it in parts.", html);
        Assert.Contains("data-too-large=\"The file is larger than 4 MB, which is the most that can be added at once: ask for it in parts\"", html);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{\"resourceType\":", "The file did not get through.")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"fi", "Send the file with the form on this page.")]
    [InlineData("no form at all", "Send the file with the form on this page.")]
    public async Task AFormThatBreaksOffIsSaidToBeOneAndLeavesNothing(string rest, string expected)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        var token = $"--b\r\nContent-Disposition: form-data; name=\"__RequestVerificationToken\"\r\n\r\n{await visitor.TokenAsync("/gather")}\r\n";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(token + rest));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        using var answer = await visitor.PostWithAsync("/gather", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync());
        Assert.Empty(await (await home.Patient.OpenAsync(server)).Jobs.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AFirstFileAboutSomebodyOfAnotherNameIsAskedAboutOnce()
    {
        using var visitor = await SignedInAsync();

        using var asked = await visitor.UploadAsync("other.json", Files.AboutSomebodyElse);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        var html = await asked.Content.ReadAsStringAsync();
        Assert.Contains("Is this you?", html);
        Assert.Contains("Ada Example", html);
        Assert.Contains("born 3 February 1931", html);
        Assert.Contains("Your record is still empty", await visitor.ReadAsync("/record"));

        var page = asked.RequestMessage!.RequestUri!.AbsolutePath;
        using var taken = await visitor.FollowAsync(await visitor.PostAsync("/gather", page + "/confirm"));
        var told = await taken.Content.ReadAsStringAsync();
        Assert.Contains("About <strong>Ada Example</strong>, born 3 February 1931", told);
        using var again = await visitor.UploadAsync("other.json", Files.AboutSomebodyElse);
        Assert.Contains("You have all of this already", await again.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AFirstFileOfOnesOwnNameIsTakenAtOnce()
    {
        using var visitor = await SignedInAsync();

        using var answer = await visitor.UploadAsync("maya.json", Household.DemoRecord());

        Assert.Contains("About <strong>Maya", await answer.Content.ReadAsStringAsync());
    }

    private async Task<FormVisitor> SignedInAsync()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        return visitor;
    }
}
