namespace Rapport.Data.Tests;

/// <summary>The name of a new file is made durable with its folder.</summary>
public sealed class FileNamesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapport-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_is_there_can_be_flushed_whether_the_file_is_there_or_not() => FileNames.FlushFolder(Path.Combine(_folder, "master.key"));

    [Fact]
    public void A_folder_that_is_not_there_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows flushes names by itself");
        var file = Path.Combine(_folder, "nowhere", "master.key");
        Assert.Contains("`" + Path.Combine(_folder, "nowhere") + "`", Assert.Throws<IOException>(() => FileNames.FlushFolder(file)).Message, StringComparison.Ordinal);
        Assert.Throws<KeyFileException>(() => MasterKey.KeepFile(file));
    }
}
