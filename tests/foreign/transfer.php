<?php
// Sends a document to an operation of a service, knowing nothing but its WSDL.
// php transfer.php WSDL OPERATION 1.1|1.2 FILE; prints the answer as it came.
// Exit code: 0 for an answer, 1 for a fault, 2 for anything else.
[, $wsdl, $operation, $version, $file] = $argv;
$document = preg_replace('/^<\?xml[^>]*\?>\s*/', '', file_get_contents($file));
try {
    $client = new SoapClient($wsdl, [
        'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'trace' => true,
    ]);
    $client->__soapCall($operation, [['any' => $document]]);
    echo $client->__getLastResponse();
} catch (SoapFault $fault) {
    $answer = isset($client) ? $client->__getLastResponse() : null;
    fwrite(STDERR, $fault->getMessage() . "\n");
    echo $answer ?? '';
    exit($answer ? 1 : 2);
}
