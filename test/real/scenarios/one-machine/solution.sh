#!/bin/bash
echo done > ~/note
